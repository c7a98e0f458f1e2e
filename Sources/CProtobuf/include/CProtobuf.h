#ifndef CPROTOBUF_H
#define CPROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Reads .proto files with libprotobuf: syntax, imports, names, numbers, options. What was read comes back as serialized
// FileDescriptorProtos, so that nothing of libprotobuf is alive once they are released. No exception and no C++ type
// crosses this header, and nothing is written to stderr. Every function may be called on any thread.

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that belong to someone else.
typedef struct {
    const uint8_t *start;
    size_t count;
} cprotobuf_bytes;

/// A file that is given to be read.
typedef struct {
    /// The name by which others import it.
    cprotobuf_bytes name;
    /// Its text, or a serialized FileDescriptorProto.
    cprotobuf_bytes content;
    /// Whether the content is a serialized FileDescriptorProto.
    bool is_descriptor;
} cprotobuf_source;

/// What is wrong with a file.
typedef struct {
    /// The file's name.
    cprotobuf_bytes file;
    /// The place in it from 1; 0 where the whole file is meant.
    int32_t line;
    int32_t column;
    /// What is wrong, in UTF-8.
    cprotobuf_bytes message;
} cprotobuf_error;

/// Files that were read, or why they were not.
typedef struct cprotobuf_files cprotobuf_files;

/// Reads the first source with all that it imports from the others and from the files that come with libprotobuf.
///
/// Copies what it needs; the sources need not outlive the call. The result is never NULL unless memory is out, and has to
/// be released. A source by the name of a file that comes with libprotobuf is passed over.
cprotobuf_files *cprotobuf_read(const cprotobuf_source *sources, size_t count);

/// Frees what was read, and all bytes that were handed out for it.
void cprotobuf_release(cprotobuf_files *files);

/// The first source as it is written: names and options are not resolved, source_code_info says where they stand.
cprotobuf_bytes cprotobuf_written(const cprotobuf_files *files);

/// The number of files that were linked: the first source and all that it imports; 0 if there are errors.
size_t cprotobuf_linked_count(const cprotobuf_files *files);

/// A linked file: names are complete, options are interpreted, every field has its JSON name. What a file imports stands
/// before it, and the first source last.
cprotobuf_bytes cprotobuf_linked(const cprotobuf_files *files, size_t index);

/// The number of errors.
size_t cprotobuf_error_count(const cprotobuf_files *files);

/// An error, in the order in which they were found.
cprotobuf_error cprotobuf_error_at(const cprotobuf_files *files, size_t index);

#ifdef __cplusplus
}
#endif

#endif
