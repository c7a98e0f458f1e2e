#ifndef CPROTOBUF_SOURCES_H
#define CPROTOBUF_SOURCES_H

#include "CProtobuf.h"

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace cprotobuf {

/// What is wrong with a file; lines and columns from 0, -1 for the whole file.
struct Error {
    std::string file;
    int line;
    int column;
    std::string message;
};

/// The first errors that are found. Those after them are mostly consequences of these.
class Errors : public google::protobuf::compiler::MultiFileErrorCollector {
public:
    std::vector<Error> list;

    void AddError(const std::string &file, int line, int column, const std::string &message) override {
        add(file, line, column, message);
    }

    void add(const std::string &file, int line, int column, const std::string &message);

    /// Says that the file cannot be read, if nothing has been said yet.
    void expectOne(const std::string &file);
};

/// The files that were given, by name.
class Sources : public google::protobuf::compiler::SourceTree, public google::protobuf::DescriptorDatabase {
public:
    Sources(const cprotobuf_source *list, size_t count);

    /// The name of the one that is to be read.
    const std::string &first() const { return first_; }

    /// Whether a file is given as a descriptor.
    bool isDescriptor(const std::string &name) const {
        auto found = sources_.find(name);
        return found != sources_.end() && found->second.is_descriptor;
    }

    // Texts.
    google::protobuf::io::ZeroCopyInputStream *Open(const std::string &name) override;
    std::string GetLastErrorMessage() override { return "File not found."; }

    // Descriptors: those that were given, and those that come with libprotobuf.
    bool FindFileByName(const std::string &name, google::protobuf::FileDescriptorProto *file) override;
    bool FindFileContainingSymbol(const std::string &, google::protobuf::FileDescriptorProto *) override {
        return false;
    }
    bool FindFileContainingExtension(const std::string &, int, google::protobuf::FileDescriptorProto *) override {
        return false;
    }

private:
    std::string first_;
    std::map<std::string, cprotobuf_source> sources_;
};

/// Reads files before the pool asks for them, and refuses those on which the pool would spend time beyond measure.
///
/// The pool reads an import while it reads the file that imports it, which takes as much of the stack as there are files
/// in a row. Here they are read one after the other, and the pool can be asked for them in the order in which it needs no
/// other. It reads them once more: it knows the places of errors by the very objects that the parser fills for it.
class Database : public google::protobuf::DescriptorDatabase {
public:
    Database(Sources *sources, Errors *errors);

    /// Reads a file and all that it imports.
    ///
    /// Returns whether the file itself can be read and no file imports itself. Others that cannot be read are left for the
    /// pool to say where they are imported.
    bool load(const std::string &name, google::protobuf::FileDescriptorProto *file);

    /// The files that were read; what a file imports stands before it.
    const std::vector<std::string> &order() const { return order_; }

    /// Knows the lines and columns of what the pool finds wrong.
    google::protobuf::DescriptorPool::ErrorCollector *errorCollector() {
        return forPool_.GetValidationErrorCollector();
    }

    bool FindFileByName(const std::string &name, google::protobuf::FileDescriptorProto *file) override;
    bool FindFileContainingSymbol(const std::string &, google::protobuf::FileDescriptorProto *) override {
        return false;
    }
    bool FindFileContainingExtension(const std::string &, int, google::protobuf::FileDescriptorProto *) override {
        return false;
    }

private:
    bool read(const std::string &name, google::protobuf::FileDescriptorProto *file);

    const Sources *sources_;
    google::protobuf::compiler::SourceTreeDescriptorDatabase files_;
    google::protobuf::compiler::SourceTreeDescriptorDatabase forPool_;
    Errors *errors_;
    /// The files that can be read.
    std::set<std::string> good_;
    std::vector<std::string> order_;
};

}  // namespace cprotobuf

#endif
