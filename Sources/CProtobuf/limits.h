#ifndef CPROTOBUF_LIMITS_H
#define CPROTOBUF_LIMITS_H

#include <google/protobuf/descriptor.pb.h>

namespace cprotobuf {

/// What a file has too much of; nullptr if it may be linked.
///
/// The pool compares every range of a message with every other and with every field, and every option of an element with
/// every other: a file of a megabyte could keep it busy for minutes.
const char *excessIn(const google::protobuf::FileDescriptorProto &file);

}  // namespace cprotobuf

#endif
