import Testing

@testable import JSONSchemaFormat

@Suite struct URIReferenceTests {
    /// The table of RFC 3986, 5.4.
    @Test(arguments: [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"),
        ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."), ("..g", "http://a/b/c/..g"),
        ("./g/.", "http://a/b/c/g/"), ("g/../h", "http://a/b/c/h"), ("g?y/../x", "http://a/b/c/g?y/../x"),
    ])
    func referencesAreResolvedAsTheStandardHasIt(_ reference: String, _ expected: String) {
        #expect(URIReference(reference).resolved(against: URIReference("http://a/b/c/d;p?q")).text == expected)
    }

    @Test(arguments: [
        ("x.json", "mem://input", "mem://input/x.json"), ("#a", "urn:uuid:1", "urn:uuid:1#a"), ("b", "a", "b"),
        ("HTTP://x/y", "a", "http://x/y"), ("a:b", "http://x/", "a:b"), ("1:b", "http://x/", "http://x/1:b"),
    ])
    func otherBasesAreTakenAsTheyAre(_ reference: String, _ base: String, _ expected: String) {
        #expect(URIReference(reference).resolved(against: URIReference(base)).text == expected)
    }

    @Test func charactersAreDecoded() {
        #expect(URIReference.decoded("a%20%C3%A9%zz%+1%4") == "a é%zz%+1%4")
        #expect(URIReference.decoded("%ff") == nil)
    }

    @Test func pointersAreEscaped() {
        let steps: [PathStep] = [.member("a/b"), .element(3), .member("m~n"), .member("")]
        #expect(PathStep.pointer(steps) == "/a~1b/3/m~0n/")
        #expect(PathStep.unescaped("a~1b~01~2~") == "a/b~1~2~")
    }
}
