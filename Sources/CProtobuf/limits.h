#ifndef CPROTOBUF_LIMITS_H
#define CPROTOBUF_LIMITS_H

#include <google/protobuf/descriptor.pb.h>

namespace cprotobuf {

/// What a file has too much of; nullptr if it may be linked.
///
/// The pool compares every range of a message with every other and with every field, and every option of an element with
/// every other: a file of a megabyte could keep it busy for minutes.
///
/// A descriptor may have no option that is not interpreted: its value would be parsed as text that nobody has looked at, by a
/// function that calls itself as deep as the text nests. Compilers leave none.
const char *excessIn(const google::protobuf::FileDescriptorProto &file, bool isDescriptor);

}  // namespace cprotobuf

#endif
