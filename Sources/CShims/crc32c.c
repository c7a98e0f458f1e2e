#include "CShims.h"

#include <string.h>

// Reflected Castagnoli polynomial.
#define POLYNOMIAL 0x82F63B78u

// ---- Portable: slicing by eight --------------------------------------------------------------

static uint32_t table[8][256];

__attribute__((constructor)) static void fill_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) c = (c >> 1) ^ ((c & 1) ? POLYNOMIAL : 0);
        table[0][i] = c;
    }
    for (uint32_t i = 0; i < 256; i++)
        for (int k = 1; k < 8; k++) table[k][i] = (table[k - 1][i] >> 8) ^ table[0][table[k - 1][i] & 255];
}

uint32_t millrace_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint32_t c = ~crc;
    while (count >= 8) {
        // Bytes are read one by one, so that the result does not depend on the machine's byte order.
        uint32_t lo = c ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        c = table[7][lo & 255] ^ table[6][lo >> 8 & 255] ^ table[5][lo >> 16 & 255] ^ table[4][lo >> 24] ^
            table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
        p += 8;
        count -= 8;
    }
    while (count--) c = (c >> 8) ^ table[0][(c ^ *p++) & 255];
    return ~c;
}

// ---- x86-64: three interleaved streams of CRC32, joined with PCLMUL ---------------------------
//
// The crc32 instruction takes three cycles but starts one a cycle, so one stream leaves two thirds of
// the unit idle. Three blocks run side by side and are joined: a CRC moves over n bytes of what follows
// by a multiplication with x^(8n) mod P. A carry-less product of two reflected 32-bit values, reduced by
// crc32(0, product), carries an extra x^33; hence the constants x^(8n - 33) mod P and x^(16n - 33) mod P.

#if defined(__x86_64__)
#include <immintrin.h>

typedef struct {
    size_t bytes;
    uint32_t over_one, over_two;
} block_shift;

static const block_shift shifts[3] = {
    {4096, 0x82f89c77u, 0x54a86326u},
    {512, 0xdd7e3b0cu, 0x170076fau},
    {64, 0x9e4addf8u, 0x0d3b6092u},
};

__attribute__((target("sse4.2,pclmul"))) static inline uint32_t shifted(uint32_t crc, uint32_t by) {
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi32_si128((int)crc), _mm_cvtsi32_si128((int)by), 0);
    return (uint32_t)_mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(product));
}

static inline uint64_t load64(const uint8_t *p) {
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

__attribute__((target("sse4.2,pclmul"))) static uint32_t crc32c_sse42(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint64_t a = ~crc;
    for (int s = 0; s < 3; s++) {
        const size_t n = shifts[s].bytes;
        while (count >= 3 * n) {
            uint64_t b = 0, c = 0;
            for (size_t i = 0; i < n; i += 8) {
                a = _mm_crc32_u64(a, load64(p + i));
                b = _mm_crc32_u64(b, load64(p + n + i));
                c = _mm_crc32_u64(c, load64(p + 2 * n + i));
            }
            a = shifted((uint32_t)a, shifts[s].over_two) ^ shifted((uint32_t)b, shifts[s].over_one) ^ (uint32_t)c;
            p += 3 * n;
            count -= 3 * n;
        }
    }
    while (count >= 8) {
        a = _mm_crc32_u64(a, load64(p));
        p += 8;
        count -= 8;
    }
    uint32_t r = (uint32_t)a;
    while (count--) r = _mm_crc32_u8(r, *p++);
    return ~r;
}

static int has_hardware_crc(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
}
#define HARDWARE_PATH "sse4.2"
#define crc32c_hardware crc32c_sse42

// ---- x86-64 with wide carry-less multiplication: 256 bytes a step -----------------------------
//
// Sixteen blocks of 128 bits are carried along and folded into the data 2048 bits further on: what stands n bits
// ahead counts x^n as much, so each half of a block is multiplied by x^(n + 32) or x^(n - 32) mod P, both reflected
// and shifted by one as a product of reflected values is. What is left at the end are 128 bits with the remainder of
// all, of which the crc32 instruction makes the checksum.

#define WIDE __attribute__((target("avx512f,avx512vl,avx512dq,vpclmulqdq,pclmul,sse4.2")))

// From here on the steps above cost less than what joins them.
#define WIDE_MINIMUM 512

WIDE static inline __m512i folded(__m512i block, __m512i by, __m512i into) {
    const __m512i low = _mm512_clmulepi64_epi128(block, by, 0x00), high = _mm512_clmulepi64_epi128(block, by, 0x11);
    return _mm512_ternarylogic_epi64(low, high, into, 0x96);
}

WIDE static inline __m128i folded_lane(__m128i block, long long high, long long low, __m128i into) {
    const __m128i by = _mm_set_epi64x(high, low);
    return _mm_ternarylogic_epi64(_mm_clmulepi64_si128(block, by, 0x00), _mm_clmulepi64_si128(block, by, 0x11), into, 0x96);
}

WIDE static uint32_t crc32c_wide(uint32_t crc, const void *bytes, size_t count) {
    if (count < WIDE_MINIMUM) return crc32c_sse42(crc, bytes, count);
    const uint8_t *p = bytes;
    const __m512i by_2048 = _mm512_broadcast_i64x2(_mm_set_epi64x(0xb9e02b86, 0xdcb17aa4));
    const __m512i by_512 = _mm512_broadcast_i64x2(_mm_set_epi64x(0x9e4addf8, 0x740eef02));
    __m512i x[4];
    for (int i = 0; i < 4; i++) x[i] = _mm512_loadu_si512(p + 64 * i);
    x[0] = _mm512_xor_si512(x[0], _mm512_zextsi128_si512(_mm_cvtsi32_si128((int)~crc)));
    p += 256;
    count -= 256;
    for (; count >= 256; p += 256, count -= 256)
        for (int i = 0; i < 4; i++) x[i] = folded(x[i], by_2048, _mm512_loadu_si512(p + 64 * i));
    __m512i rest = x[0];
    for (int i = 1; i < 4; i++) rest = folded(rest, by_512, x[i]);
    for (; count >= 64; p += 64, count -= 64) rest = folded(rest, by_512, _mm512_loadu_si512(p));

    __m128i last = _mm512_extracti64x2_epi64(rest, 3);
    last = folded_lane(_mm512_castsi512_si128(rest), 0x1d82c63da, 0x1c291d04, last);
    last = folded_lane(_mm512_extracti64x2_epi64(rest, 1), 0xba4fc28e, 0x1384aa63a, last);
    last = folded_lane(_mm512_extracti64x2_epi64(rest, 2), 0x14cd00bd6, 0xf20c0dfe, last);
    const uint64_t half = _mm_crc32_u64(0, (uint64_t)_mm_cvtsi128_si64(last));
    const uint32_t whole = (uint32_t)_mm_crc32_u64(half, (uint64_t)_mm_extract_epi64(last, 1));
    return crc32c_sse42(~whole, p, count);
}

static int has_wide_crc(void) {
    return has_hardware_crc() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("vpclmulqdq");
}
#define WIDE_PATH "avx512"

// ---- ARMv8 ------------------------------------------------------------------------------------

#elif defined(__aarch64__)
#include <arm_acle.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

__attribute__((target("crc"))) static uint32_t crc32c_armv8(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    uint32_t c = ~crc;
    while (count >= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        c = __crc32cd(c, v);
        p += 8;
        count -= 8;
    }
    while (count--) c = __crc32cb(c, *p++);
    return ~c;
}

static int has_hardware_crc(void) {
#if defined(__linux__)
    return (getauxval(AT_HWCAP) & (1 << 7)) != 0;  // HWCAP_CRC32
#else
    return 1;  // Every Apple arm64 processor has it.
#endif
}
#define HARDWARE_PATH "armv8"
#define crc32c_hardware crc32c_armv8
#endif

// ---- Choice, once per process -----------------------------------------------------------------

typedef uint32_t (*crc_function)(uint32_t, const void *, size_t);
static crc_function chosen = millrace_crc32c_portable;
static const char *chosen_path = "portable";

__attribute__((constructor)) static void choose(void) {
#if defined(HARDWARE_PATH)
    if (has_hardware_crc()) {
        chosen = crc32c_hardware;
        chosen_path = HARDWARE_PATH;
    }
#endif
#if defined(WIDE_PATH)
    if (has_wide_crc()) {
        chosen = crc32c_wide;
        chosen_path = WIDE_PATH;
    }
#endif
}

uint32_t millrace_crc32c(uint32_t crc, const void *bytes, size_t count) { return chosen(crc, bytes, count); }

const char *millrace_crc32c_path(void) { return chosen_path; }

uint32_t millrace_crc32c_narrow(uint32_t crc, const void *bytes, size_t count) {
#if defined(HARDWARE_PATH)
    if (has_hardware_crc()) return crc32c_hardware(crc, bytes, count);
#endif
    return millrace_crc32c_portable(crc, bytes, count);
}
