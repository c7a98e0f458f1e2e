import ServerHarness
import Testing

/// How lessons are read and compared: what is wrong in a document has to be seen.
struct LessonTextTests {
    private let document = """
        # Title
        ```sh
        curl localhost:1/before
        # 1
        ```
        ## The lesson
        ### One
        ```sh
        curl -X PUT -H 'Content-Type: application/json' \\
          -d '{"a": 1}' \\
          'localhost:1/a?b=c'
        # {"a":
        # 1}

        kcat -C
        # 404 no such thing
        ```
        ```python
        # A comment.
        print(1)
        ```
        It prints
        ```text
        1
        ```
        ## Behind
        ```sh
        curl localhost:1/behind
        # 1
        ```
        """

    @Test func aSectionIsReadFromItsHeadingToTheNext() throws {
        let steps = try LessonText(parsing: document, section: "## The lesson").steps
        #expect(steps.map(\.request) == ["PUT localhost:1/a?b=c application/json", "kcat", "python"])
        #expect(steps.map(\.answer) == ["{\"a\":\n1}", "404 no such thing", "1"])
        #expect(steps.map(\.isRequest) == [true, false, false])
        #expect(steps.map(\.line) == [8, 8, 18])
        #expect(steps[0].text.hasPrefix("curl -X PUT") && steps[0].text.hasSuffix("'localhost:1/a?b=c'"))
        #expect(steps[2].text == "# A comment.\nprint(1)")
        #expect(try LessonText(parsing: document, section: "## Behind").steps.count == 1)
    }

    @Test(arguments: [
        "## Another\n```sh\ncurl x\n# 1\n```", "## The lesson\nwithout a block", "## The lesson\n```sh\ncurl x\n```",
        "## The lesson\n```sh\n# 1\n```", "## The lesson\n```sh\ncurl x\n# 1\ncurl y\n```",
        "## The lesson\n```sh\ncurl x\n# 1", "## The lesson\n```\ncurl x\n# 1\n```", "## The lesson\n```sh\n```",
        "## The lesson\n```python\nprint(1)\n```", "## The lesson\n```json\n{}\n```",
    ])
    func whatCannotBeRunIsAnError(text: String) {
        #expect(throws: HarnessError.self) { try LessonText(parsing: text, section: "## The lesson") }
    }

    @Test(arguments: [
        ("1", "1"), ("[1,2]", "[1, 2]"), (#"{"a":1,"b":null}"#, #"{"b":null,"a":1.0}"#), ("204", "204 "),
        (#"{"time":5}"#, #"{"time":"…"}"#), (#"{"a":{"b":[]}}"#, #"{"a":"…"}"#), ("404 gone away", "404 gone …"),
        ("[1,2,3]", #"["…"]"#), ("[]", #"["…"]"#), ("[1,2,3]", #"["…",2,"…"]"#), ("[1,2,3]", #"[1,"…"]"#),
        (#"{"a":1,"b":2}"#, #"{"a":1,"…":"…"}"#), (#"["worker at 1:2"]"#, #"["worker at …:…"]"#), ("abc", "a…c"),
    ])
    func whatIsShownIsGiven(given: String, shown: String) {
        #expect(LessonAnswer(given).fits(LessonAnswer(shown)))
    }

    @Test(arguments: [
        ("1", "2"), ("[1,2]", "[2,1]"), (#"{"a":1,"b":null}"#, #"{"a":1}"#), (#"{"a":1}"#, #"{"a":1,"b":null}"#),
        (#"{"time":null}"#, #"{"time":"…"}"#), ("404 {}", "{}"), ("{}", "404 {}"), (#"{"a":"1"}"#, #"{"a":1}"#),
        ("[1,3]", #"["…",2,"…"]"#), ("[1,2,3]", #"["…",2]"#), (#"{"b":2}"#, #"{"a":1,"…":"…"}"#), ("ac", "ac…c"),
        ("[]", ""), ("abd", "a…c"), (#"{"a":true}"#, #"{"a":1}"#), ("201 1", "1"), ("0 alice", "0 bob"),
    ])
    func anythingElseIsSeen(given: String, shown: String) {
        #expect(!LessonAnswer(given).fits(LessonAnswer(shown)))
    }
}
