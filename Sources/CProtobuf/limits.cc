#include "limits.h"

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FileDescriptorProto;

namespace cprotobuf {

static const int rangeLimit = 1000;
static const int optionLimit = 1000;
static const int importLimit = 1000;

namespace {

/// Looks through a file.
class Inspection {
public:
    explicit Inspection(bool isDescriptor) : optionLimit_(isDescriptor ? 0 : optionLimit) {}

    const char *excess(const FileDescriptorProto &file) const {
        if (file.dependency_size() > importLimit) return "has more than 1000 imports";
        if (const char *found = options(file)) return found;
        if (const char *found = each(file.extension())) return found;
        for (const auto &service : file.service()) {
            if (const char *found = options(service)) return found;
            if (const char *found = each(service.method())) return found;
        }
        for (const auto &type : file.enum_type()) {
            if (const char *found = excess(type)) return found;
        }
        for (const auto &type : file.message_type()) {
            if (const char *found = excess(type)) return found;
        }
        return nullptr;
    }

private:
    const int optionLimit_;

    template <typename Element>
    const char *options(const Element &element) const {
        if (element.options().uninterpreted_option_size() <= optionLimit_) return nullptr;
        return optionLimit_ == 0 ? "has options that are not interpreted" : "has more than 1000 options on one element";
    }

    template <typename List>
    const char *each(const List &list) const {
        for (const auto &element : list) {
            if (const char *found = options(element)) return found;
        }
        return nullptr;
    }

    static const char *ranges(int count) {
        return count > rangeLimit ? "has more than 1000 reserved and extension ranges in one type" : nullptr;
    }

    const char *excess(const EnumDescriptorProto &type) const {
        if (const char *found = ranges(type.reserved_range_size())) return found;
        if (const char *found = options(type)) return found;
        return each(type.value());
    }

    /// Messages nest at most as deep as the parsers let them, which is 100.
    const char *excess(const DescriptorProto &type) const {
        if (const char *found = ranges(type.reserved_range_size() + type.extension_range_size())) return found;
        if (const char *found = options(type)) return found;
        if (const char *found = each(type.field())) return found;
        if (const char *found = each(type.oneof_decl())) return found;
        if (const char *found = each(type.extension())) return found;
        if (const char *found = each(type.extension_range())) return found;
        for (const auto &nested : type.enum_type()) {
            if (const char *found = excess(nested)) return found;
        }
        for (const auto &nested : type.nested_type()) {
            if (const char *found = excess(nested)) return found;
        }
        return nullptr;
    }
};

}  // namespace

const char *excessIn(const FileDescriptorProto &file, bool isDescriptor) {
    return Inspection(isDescriptor).excess(file);
}

}  // namespace cprotobuf
