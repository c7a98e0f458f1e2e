#include "sources.h"

#include "limits.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <climits>

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;

namespace cprotobuf {

/// Up to how many errors are kept.
static const size_t errorLimit = 20;

void Errors::add(const std::string &file, int line, int column, const std::string &message) {
    if (list.size() < errorLimit) list.push_back({file, line, column, message});
}

void Errors::expectOne(const std::string &file) {
    if (list.empty()) add(file, -1, -1, "cannot be read");
}

static std::string text(cprotobuf_bytes bytes) {
    if (bytes.count == 0) return std::string();
    return std::string(reinterpret_cast<const char *>(bytes.start), bytes.count);
}

/// A file that comes with libprotobuf. Its version is the one that the options of all files are read with.
static const FileDescriptor *builtIn(const std::string &name) {
    if (name.compare(0, 16, "google/protobuf/") != 0) return nullptr;
    return DescriptorPool::generated_pool()->FindFileByName(name);
}

Sources::Sources(const cprotobuf_source *list, size_t count) : first_(text(list[0].name)) {
    for (size_t index = 0; index < count; index++) {
        std::string name = text(list[index].name);
        if (index == 0 || builtIn(name) == nullptr) sources_.emplace(name, list[index]);
    }
}

google::protobuf::io::ZeroCopyInputStream *Sources::Open(const std::string &name) {
    auto found = sources_.find(name);
    if (found == sources_.end() || found->second.is_descriptor) return nullptr;
    cprotobuf_bytes content = found->second.content;
    if (content.count > INT_MAX) return nullptr;
    return new google::protobuf::io::ArrayInputStream(content.start, static_cast<int>(content.count));
}

bool Sources::FindFileByName(const std::string &name, FileDescriptorProto *file) {
    if (isDescriptor(name)) {
        cprotobuf_bytes content = sources_.at(name).content;
        if (content.count > INT_MAX) return false;
        if (!file->ParseFromArray(content.start, static_cast<int>(content.count))) return false;
        file->set_name(name);
        return true;
    }
    const FileDescriptor *descriptor = builtIn(name);
    if (descriptor == nullptr) return false;
    descriptor->CopyTo(file);
    return true;
}

Database::Database(Sources *sources, Errors *errors)
    : sources_(sources), files_(sources, sources), forPool_(sources, sources), errors_(errors) {
    files_.RecordErrorsTo(errors);
    forPool_.RecordErrorsTo(errors);
}

bool Database::read(const std::string &name, FileDescriptorProto *file) {
    if (!files_.FindFileByName(name, file)) return false;
    if (const char *excess = excessIn(*file, sources_->isDescriptor(name))) {
        errors_->add(name, -1, -1, excess);
        return false;
    }
    good_.insert(name);
    return true;
}

bool Database::load(const std::string &name, FileDescriptorProto *file) {
    struct Open {
        std::string name;
        std::vector<std::string> imports;
        size_t next;
    };
    auto opened = [](const std::string &name, const FileDescriptorProto &file) {
        return Open{name, {file.dependency().begin(), file.dependency().end()}, 0};
    };
    if (!read(name, file)) return false;
    std::set<std::string> seen = {name};
    std::set<std::string> open = {name};
    std::vector<Open> stack = {opened(name, *file)};
    while (!stack.empty()) {
        if (stack.back().next == stack.back().imports.size()) {
            order_.push_back(stack.back().name);
            open.erase(stack.back().name);
            stack.pop_back();
            continue;
        }
        const std::string import = stack.back().imports[stack.back().next++];
        if (open.count(import) > 0) {
            errors_->add(import, -1, -1, "the file recursively imports itself");
            return false;
        }
        FileDescriptorProto imported;
        if (seen.insert(import).second && read(import, &imported)) {
            open.insert(import);
            stack.push_back(opened(import, imported));
        }
    }
    return true;
}

bool Database::FindFileByName(const std::string &name, FileDescriptorProto *file) {
    return good_.count(name) > 0 && forPool_.FindFileByName(name, file);
}

}  // namespace cprotobuf
