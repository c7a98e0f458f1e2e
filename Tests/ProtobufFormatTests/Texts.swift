/// Long texts with what Schema Registry prints for them.
enum Texts {
    static let everything = """
        syntax = "proto2"; package a.b; // A comment.
        import "google/protobuf/descriptor.proto"; import public "google/protobuf/empty.proto";
        option java_package = "x.y"; /* another */
        service S {
          rpc Call (A) returns (stream .a.b.A) { option deprecated = true; }
          rpc Other(stream A) returns (A);
        }
        enum E {
          option allow_alias = true; reserved 5, 7 to 9; reserved "GONE";
          ZERO = 0; NULL = 0 [deprecated = true]; MINUS = -1;
        }
        extend google.protobuf.FieldOptions { optional string note = 5000; repeated double num = 5001; }
        extend google.protobuf.FieldOptions { optional Inner agg = 5002; }
        message Inner { optional string x = 1; repeated int32 y = 2; optional Inner z = 3; }
        message A {
          enum Kind { K = 0; }
          message B {}
          oneof pick { int32 p = 5; string q = 6 [deprecated = true]; }
          map<string, Inner> m = 1;
          optional string s = 2 [(note) = "x\\ty", default = "q'\\n", (num) = 1.50, json_name = "ess"];
          repeated group Result = 3 { required int32 a = 1 [(agg) = { x: "a", y: [1, 2] z { x: 'b' } }]; }
          optional int32 plain = 4 [(agg).z.x = "k"];
          reserved 10, 12 to 15; reserved "foo", "bar"; reserved 20;
          extensions 100 to 199, 250; extensions 1000 to max;
          option deprecated = false;
          repeated .a.b.Inner inners = 7; // the last
        }
        """

    static let everythingPrinted = """
        syntax = "proto2";
        package a.b;

        import "google/protobuf/descriptor.proto";
        import public "google/protobuf/empty.proto";

        option java_package = "x.y";

        message Inner {
          optional string x = 1;
          repeated int32 y = 2;
          optional Inner z = 3;
        }
        message A {
          reserved 10, 12 to 15;
          reserved "foo", "bar";
          reserved 20;

          option deprecated = false;

          map<string, Inner> m = 1;
          optional string s = 2 [
            (note) = "x\\ty",
            (num) = 1.50,
            default = "q\\'\\n",
            json_name = "ess"
          ];
          optional int32 plain = 4 [(agg).z.x = "k"];
          repeated .a.b.Inner inners = 7;

          oneof pick {
            int32 p = 5;
            string q = 6 [deprecated = true];
          }

          repeated group Result = 3 {
            required int32 a = 1 [(agg) = {
              x: "a",
              y: [
                1,
                2
              ],
              z: {
                x: "b"
              }
            }];
          }

          extensions 100 to 199, 250;
          extensions 1000 to max;

          message B {}
          enum Kind {
            K = 0;
          }
        }
        enum E {
          reserved 5, 7 to 9;
          reserved "GONE";
          option allow_alias = true;
          ZERO = 0;
          NULL = 0 [deprecated = true];
          MINUS = -1;
        }

        extend google.protobuf.FieldOptions {
          optional string note = 5000;
          repeated double num = 5001;
        }
        extend google.protobuf.FieldOptions {
          optional Inner agg = 5002;
        }

        service S {
          rpc Call (A) returns (stream .a.b.A) {
            option deprecated = true;
          };
          rpc Other (stream A) returns (A);
        }

        """

    static let disorder = """
        syntax = "proto3"; package n;
        import "google/protobuf/timestamp.proto";
        import "confluent/meta.proto";
        option java_package = "z";
        option (confluent.file_meta).doc = "d";
        option go_package = "g";
        option (confluent.file_meta).tags = "t";
        message A {
          reserved 9, 3 to 4; reserved "z", "a";
          google.protobuf.Timestamp t = 7;
          B b = 2;
          map<string, B> m = 1;
          oneof two { int32 y = 6; int32 x = 5; }
          message B { E e = 1; }
          enum E { Z = 0; P = 2; M = -1; }
        }
        """

    static let disorderNormalized = """
        syntax = "proto3";
        package n;

        import "confluent/meta.proto";
        import "google/protobuf/timestamp.proto";

        option (confluent.file_meta) = {
          doc: "d",
          tags: "t"
        };
        option go_package = "g";
        option java_package = "z";

        message A {
          reserved 3 to 4;
          reserved 9;
          reserved "a";
          reserved "z";

          map<string, .n.A.B> m = 1;
          .n.A.B b = 2;
          .google.protobuf.Timestamp t = 7;

          oneof two {
            int32 x = 5;
            int32 y = 6;
          }

          message B {
            .n.A.E e = 1;
          }
          enum E {
            Z = 0;
            M = -1;
            P = 2;
          }
        }

        """

    static let descriptorPrinted = """
        syntax = "proto3";
        package s;

        option java_package = "j";

        message M {
          repeated .s.M.CountsEntry counts = 1;
          optional int32 maybe = 3;
          repeated sint32 list = 4 [packed = false];
          .s.M m = 5;

          oneof o {
            string a = 2;
          }

          message CountsEntry {
            option map_entry = true;

            string key = 1;
            int32 value = 2;
          }
          message In {
            bool x = 1;
          }
        }
        enum E {
          Z = 0;
          Y = 1 [deprecated = true];
        }

        """

    static let descriptorNormalized = """
        syntax = "proto3";
        package s;

        option java_package = "j";

        message M {
          map<string, int32> counts = 1;
          optional int32 maybe = 3;
          repeated sint32 list = 4 [packed = false];
          .s.M m = 5;

          oneof o {
            string a = 2;
          }

          message In {
            bool x = 1;
          }
        }
        enum E {
          Z = 0;
          Y = 1 [deprecated = true];
        }

        """
}
