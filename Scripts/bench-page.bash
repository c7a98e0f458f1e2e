# What the pages of Benchmarks/results have in common; read by the scripts that write them.

# The machine, the file system below a folder, and the commit, as a sentence.
machine() {
    printf '%s, %s cores, %s GiB, Linux %s, %s. Commit %s.\n' \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
        "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$(uname -r)" \
        "$(df --output=fstype "$1" | tail -n 1)" "$(git describe --always --dirty)"
}

# The file name of a section's picture, without its end.
picture_name() {
    local name=${1//[^[:alnum:]]/-}
    echo "${name,,}"
}

# Puts a page, $1/page.md, and the pictures beside it in their place: $2.md and the folder $2.
publish() {
    rm -rf "$2"
    if compgen -G "$1/*.svg" >/dev/null; then
        mkdir "$2"
        mv "$1"/*.svg "$2"
    fi
    mv "$1/page.md" "$2.md"
    echo "==> $2.md"
}

# The first where a try is wanted, the second where figures are.
quick() { if [ -n "${BENCH_QUICK:-}" ]; then echo "$1"; else echo "$2"; fi; }
