import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{0}", "AA=="),
    ])
    func bytesAndTextsStandForEachOther(bytes: String, text: String) {
        #expect(Base64.text(of: ByteSlice(bytes)) == text)
        #expect(Base64.decode(ArraySlice(text.utf8)) == ByteSlice(bytes))
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Z===", "Zm 9v", "Zm9v!", "Zg==Zg==", "=", "Zm9-"])
    func whatIsNoBase64IsRefused(text: String) { #expect(Base64.decode(ArraySlice(text.utf8)) == nil) }

    @Test func paddingMayBeMissing() { #expect(Base64.decode(ArraySlice("Zm8".utf8)) == ByteSlice("fo")) }
}
