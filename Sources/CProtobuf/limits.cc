#include "limits.h"

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FileDescriptorProto;

namespace cprotobuf {

static const int rangeLimit = 1000;
static const int optionLimit = 1000;
static const int dependencyLimit = 1000;

static const char *const tooManyRanges = "has more than 1000 reserved and extension ranges in one type";
static const char *const tooManyOptions = "has more than 1000 options on one element";
static const char *const tooManyImports = "has more than 1000 imports";

template <typename Element>
static bool hasTooManyOptions(const Element &element) {
    return element.options().uninterpreted_option_size() > optionLimit;
}

template <typename List>
static bool oneHasTooManyOptions(const List &list) {
    for (const auto &element : list) {
        if (hasTooManyOptions(element)) return true;
    }
    return false;
}

static const char *excessIn(const EnumDescriptorProto &type) {
    if (type.reserved_range_size() > rangeLimit) return tooManyRanges;
    if (hasTooManyOptions(type) || oneHasTooManyOptions(type.value())) return tooManyOptions;
    return nullptr;
}

/// Messages nest at most as deep as the parsers let them, which is 100.
static const char *excessIn(const DescriptorProto &type) {
    if (type.reserved_range_size() + type.extension_range_size() > rangeLimit) return tooManyRanges;
    if (hasTooManyOptions(type) || oneHasTooManyOptions(type.field()) || oneHasTooManyOptions(type.oneof_decl()) ||
        oneHasTooManyOptions(type.extension()) || oneHasTooManyOptions(type.extension_range())) {
        return tooManyOptions;
    }
    for (const auto &nested : type.enum_type()) {
        if (const char *excess = excessIn(nested)) return excess;
    }
    for (const auto &nested : type.nested_type()) {
        if (const char *excess = excessIn(nested)) return excess;
    }
    return nullptr;
}

const char *excessIn(const FileDescriptorProto &file) {
    if (file.dependency_size() > dependencyLimit) return tooManyImports;
    if (hasTooManyOptions(file) || oneHasTooManyOptions(file.extension()) || oneHasTooManyOptions(file.service())) {
        return tooManyOptions;
    }
    for (const auto &service : file.service()) {
        if (oneHasTooManyOptions(service.method())) return tooManyOptions;
    }
    for (const auto &type : file.enum_type()) {
        if (const char *excess = excessIn(type)) return excess;
    }
    for (const auto &type : file.message_type()) {
        if (const char *excess = excessIn(type)) return excess;
    }
    return nullptr;
}

}  // namespace cprotobuf
