import Testing

/// Messages that the Python package `protobuf` 7.36.2 wrote: `ParseDict`, `SerializeToString(deterministic=True)`, and
/// `MessageToDict(always_print_fields_with_no_presence=True)` for the JSON. What is said of proto2's defaults and the order
/// of fields is Java's `JsonFormat`, which Python's differs from.
enum GoldenMessages {
    /// A message with its bytes and its JSON.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var hex: String
        /// Members that are not what `All` has without any field.
        var json: String
        var testDescription: String { name }
    }

    /// The JSON of `All` without any field.
    static let defaults = #"""
        {"aDouble":0.0,"aFloat":0.0,"anInt32":0,"anInt64":"0","aUint32":0,"aUint64":"0","aSint32":0,
        "aSint64":"0","aFixed32":0,"aFixed64":"0","aSfixed32":0,"aSfixed64":"0","aBool":false,
        "aString":"","someBytes":"","color":"NONE","packed":[],"texts":[],"colors":[],"counts":{},
        "inners":{},"list":[],"deltas":[],"doubles":[]}
        """#

    static let all: [Case] = [
        Case(
            name: "empty",
            hex: "",
            json: #"{}"#),
        Case(
            name: "scalars",
            hex: "09000000000000f83f15cdccccbd18ffffffffffffffffff01208080808080808080800128ffffffff0f"
                + "30ffffffffffffffffff0138ffffffff0f40feffffffffffffffff014d01000000510200000000000000"
                + "5dfdffffff61fcffffffffffffff6801720768c3a9f09f98807a0300ff01800101",
            json: #"{"aDouble":1.5,"aFloat":-0.1,"anInt32":-1,"anInt64":"-9223372036854775808","aUint32""#
                + #":4294967295,"aUint64":"18446744073709551615","aSint32":-2147483648,"aSint64":"922337"#
                + #"2036854775807","aFixed32":1,"aFixed64":"2","aSfixed32":-3,"aSfixed64":"-4","aBool":t"#
                + #"rue,"aString":"hé😀","someBytes":"AP8B","color":"RED"}"#),
        Case(
            name: "special",
            hex: "09000000000000f87f15000080ff800107c20220000000000000f07f9c7500883ce4377e000000000000"
                + "00800100000000000000",
            json: #"{"aDouble":"NaN","aFloat":"-Infinity","color":7,"doubles":["Infinity",1e+300,-0.0,5e"#
                + #"-324]}"#),
        Case(
            name: "lists",
            hex: "8a010d01feffffffffffffffff01ac02920100920101619a010b00feffffffffffffffff01da0100da01"
                + "080a017812030a0179b80201b80204",
            json: #"{"packed":[1,-2,300],"texts":["","a"],"colors":["NONE","GREEN"],"list":[{"name":"",""#
                + #"inner":[]},{"name":"x","inner":[{"name":"y","inner":[]}]}],"deltas":["-1","2"]}"#),
        Case(
            name: "maps",
            hex: "a201050a01611001a201040a001000aa011008fbffffffffffffffff0112030a016daa010408001200",
            json: #"{"counts":{"":"0","a":"1"},"inners":{"0":{"name":"","inner":[]},"-5":{"name":"m","in"#
                + #"ner":[]}}}"#),
        Case(
            name: "oneof word",
            hex: "b20100",
            json: #"{"word":""}"#),
        Case(
            name: "oneof inner",
            hex: "ba01030a016e",
            json: #"{"inner":{"name":"n","inner":[]}}"#),
        Case(
            name: "oneof number",
            hex: "c00100",
            json: #"{"number":0}"#),
        Case(
            name: "optional",
            hex: "c80100d20100",
            json: #"{"maybe":0,"nested":{"name":"","inner":[]}}"#),
        Case(
            name: "times",
            hex: "f2011108ffffffffffffffffff011080cab5ee01fa011608ffffffffffffffffff0110ffffffffffffff"
                + "ffff0182020c0a03615f620a05632e645f65",
            json: #"{"time":"1969-12-31T23:59:59.500Z","span":"-1.000000001s","mask":"aB,c.dE"}"#),
        Case(
            name: "times2",
            hex: "f2010d08ff82d1ffaf0710ff93ebdc03fa01070880bcaece9709",
            json: #"{"time":"9999-12-31T23:59:59.999999999Z","span":"315576000000s"}"#),
        Case(
            name: "times3",
            hex: "f2010608f384ffae06fa010510809c9c39",
            json: #"{"time":"2024-02-28T23:32:03Z","span":"0.120s"}"#),
        Case(
            name: "struct",
            hex: "8a022e0a2c0a0161122732250a0911000000000000f03f0a031a01620a0208000a0220010a0b2a090a07"
                + "0a016312022a0092020208009a020f0a0911000000000000f83f0a023200",
            json: #"{"object":{"a":[1.0,"b",null,true,{"c":{}}]},"value":null,"values":[1.5,[]]}"#),
        Case(
            name: "wrapped",
            hex: "a20200aa0200b202300a24747970652e676f6f676c65617069732e636f6d2f676f6c64656e2e416c6c2e"
                + "496e6e657212080a06696e20616e79",
            json: #"{"wrapped":"0","text":"","any":{"@type":"type.googleapis.com/golden.All.Inner","name"#
                + #"":"in any","inner":[]}}"#),
        Case(
            name: "any wkt",
            hex: "b202380a2c747970652e676f6f676c65617069732e636f6d2f676f6f676c652e70726f746f6275662e44"
                + "75726174696f6e120808011080cab5ee01",
            json: #"{"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1.500s"}}"#),
    ]

    static let old: [Case] = [
        Case(
            name: "old empty",
            hex: "0807",
            json: #"{"id":7,"name":"no'body","kind":"LARGE","raw":"YQEieg==","plain":[],"packed":[],"pie"#
                + #"ce":[],"ratio":2.5,"big":"-9007199254740993"}"#),
        Case(
            name: "old full",
            hex: "08ffffffffffffffffff011200180122010028012802320203043b08053c430a0170444344a80601a806"
                + "02a206016e",
            json: #"{"id":-1,"name":"","kind":"SMALL","raw":"AA==","plain":[1,2],"packed":[3,4],"part":{"#
                + #""size":5},"piece":[{"text":"p"},{"text":""}],"ratio":2.5,"big":"-9007199254740993",""#
                + #"[golden.note]":"n","[golden.marks]":[1,2]}"#),
    ]

    static let allText = """
        syntax = "proto3";
        package golden;
        import "google/protobuf/any.proto";
        import "google/protobuf/duration.proto";
        import "google/protobuf/field_mask.proto";
        import "google/protobuf/struct.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/wrappers.proto";
        message All {
          double a_double = 1;
          float a_float = 2;
          int32 an_int32 = 3;
          int64 an_int64 = 4;
          uint32 a_uint32 = 5;
          uint64 a_uint64 = 6;
          sint32 a_sint32 = 7;
          sint64 a_sint64 = 8;
          fixed32 a_fixed32 = 9;
          fixed64 a_fixed64 = 10;
          sfixed32 a_sfixed32 = 11;
          sfixed64 a_sfixed64 = 12;
          bool a_bool = 13;
          string a_string = 14;
          bytes some_bytes = 15;
          Color color = 16;
          repeated int32 packed = 17;
          repeated string texts = 18;
          repeated Color colors = 19;
          map<string, int64> counts = 20;
          map<int32, Inner> inners = 21;
          oneof choice {
            string word = 22;
            Inner inner = 23;
            int32 number = 24;
          }
          optional int32 maybe = 25;
          Inner nested = 26;
          repeated Inner list = 27;
          google.protobuf.Timestamp time = 30;
          google.protobuf.Duration span = 31;
          google.protobuf.FieldMask mask = 32;
          google.protobuf.Struct object = 33;
          google.protobuf.Value value = 34;
          google.protobuf.ListValue values = 35;
          google.protobuf.Int64Value wrapped = 36;
          google.protobuf.StringValue text = 37;
          google.protobuf.Any any = 38;
          repeated sint64 deltas = 39 [packed = false];
          repeated double doubles = 40;
          enum Color { NONE = 0; RED = 1; GREEN = -2; }
          message Inner { string name = 1; repeated Inner inner = 2; }
        }
        message Second { int32 x = 1; message Third { bool y = 1; } }
        """

    static let oldText = #"""
        syntax = "proto2";
        package golden;
        message Old {
          required int32 id = 1;
          optional string name = 2 [default = "no'body"];
          optional Kind kind = 3 [default = LARGE];
          optional bytes raw = 4 [default = "a\001\"z"];
          repeated int32 plain = 5;
          repeated int32 packed = 6 [packed = true];
          optional group Part = 7 { optional int32 size = 1; }
          repeated group Piece = 8 { optional string text = 1; }
          optional double ratio = 9 [default = 2.5];
          optional int64 big = 10 [default = -9007199254740993];
          extensions 100 to 199;
          enum Kind { SMALL = 1; LARGE = 2; }
        }
        extend Old { optional string note = 100; repeated int32 marks = 101; }
        """#
}
