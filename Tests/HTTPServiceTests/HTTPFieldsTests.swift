import HTTPTypes
import Testing

@testable import HTTPService

@Suite struct HTTPFieldsTests {
    @Test func aValueIsWhatTheSubscriptSays() {
        var fields = HTTPFields()
        fields.append(HTTPField(name: .accept, value: "text/plain"))
        fields.append(HTTPField(name: .contentType, value: "application/json"))
        fields.append(HTTPField(name: .accept, value: "text/html;q=0.5"))
        fields.append(HTTPField(name: .cookie, value: "a=1"))
        fields.append(HTTPField(name: .cookie, value: "b=2"))
        fields.append(HTTPField(name: .origin, value: ""))
        #expect(fields.value(of: .contentType) == "application/json")
        #expect(fields.value(of: .accept) == "text/plain, text/html;q=0.5")
        #expect(fields.value(of: .origin)?.isEmpty == true)
        #expect(fields.value(of: .expect) == nil)
        for name in [.accept, .contentType, .cookie, .origin, .expect] as [HTTPField.Name] {
            #expect(fields.value(of: name) == fields[name])
        }
        #expect(HTTPFields().value(of: .accept) == nil)
    }
}
