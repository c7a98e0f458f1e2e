#include "CProtobuf.h"

#include "sources.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/stubs/logging.h>

#include <exception>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <utility>
#include <vector>

using cprotobuf::Database;
using cprotobuf::Errors;
using cprotobuf::Sources;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

struct cprotobuf_files {
    std::string written;
    std::vector<std::string> linked;
    Errors errors;
};

namespace {

/// Lets nothing be written to stderr, not even that a check failed, which is thrown and told as an error.
void silence() {
    static const bool isDone = (google::protobuf::SetLogHandler(nullptr), true);
    (void)isDone;
}

cprotobuf_bytes bytes(const std::string &text) {
    return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

/// Appends the file behind all that it imports. Imports nest as deep as there are files, so the way back is kept in a
/// list and not on the stack.
void append(const FileDescriptor *file, std::vector<std::string> &linked) {
    std::set<const FileDescriptor *> seen = {file};
    std::vector<std::pair<const FileDescriptor *, int>> open = {{file, 0}};
    while (!open.empty()) {
        const FileDescriptor *next = open.back().first;
        if (open.back().second < next->dependency_count()) {
            const FileDescriptor *dependency = next->dependency(open.back().second++);
            if (seen.insert(dependency).second) open.push_back({dependency, 0});
            continue;
        }
        FileDescriptorProto proto;
        next->CopyTo(&proto);
        next->CopyJsonNameTo(&proto);
        linked.push_back(proto.SerializePartialAsString());
        open.pop_back();
    }
}

void read(const cprotobuf_source *list, size_t count, cprotobuf_files &files) {
    Sources sources(list, count);
    Database database(&sources, &files.errors);
    FileDescriptorProto written;
    if (!database.load(sources.first(), &written)) {
        files.errors.expectOne(sources.first());
        return;
    }
    written.SerializePartialToString(&files.written);

    DescriptorPool pool(&database, database.errorCollector());
    // The options' own messages come first: a file that declares one of them again is refused, and not believed.
    const char *options = "google/protobuf/descriptor.proto";
    FileDescriptorProto unused;
    if (database.load(options, &unused)) pool.FindFileByName(options);
    for (const std::string &name : database.order()) pool.FindFileByName(name);
    const FileDescriptor *file = pool.FindFileByName(sources.first());
    if (file == nullptr || !files.errors.list.empty()) {
        files.errors.expectOne(sources.first());
        return;
    }
    append(file, files.linked);
}

}  // namespace

cprotobuf_files *cprotobuf_read(const cprotobuf_source *sources, size_t count) {
    std::unique_ptr<cprotobuf_files> files(new (std::nothrow) cprotobuf_files);
    if (!files || count == 0) return files.release();
    try {
        silence();
        read(sources, count, *files);
    } catch (const std::exception &exception) {
        // A check of libprotobuf that failed, or no memory. What was read until then is not to be used.
        files->linked.clear();
        try {
            files->errors.add("", -1, -1, exception.what());
        } catch (...) {
            return nullptr;
        }
    } catch (...) {
        return nullptr;
    }
    return files.release();
}

void cprotobuf_release(cprotobuf_files *files) { delete files; }

cprotobuf_bytes cprotobuf_written(const cprotobuf_files *files) { return bytes(files->written); }

size_t cprotobuf_linked_count(const cprotobuf_files *files) { return files->linked.size(); }

cprotobuf_bytes cprotobuf_linked(const cprotobuf_files *files, size_t index) {
    if (index >= files->linked.size()) return {nullptr, 0};
    return bytes(files->linked[index]);
}

size_t cprotobuf_error_count(const cprotobuf_files *files) { return files->errors.list.size(); }

cprotobuf_error cprotobuf_error_at(const cprotobuf_files *files, size_t index) {
    if (index >= files->errors.list.size()) return {{nullptr, 0}, 0, 0, {nullptr, 0}};
    const cprotobuf::Error &error = files->errors.list[index];
    return {bytes(error.file), error.line + 1, error.column + 1, bytes(error.message)};
}
