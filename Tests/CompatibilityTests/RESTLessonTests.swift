import ServerHarness
import Testing

/// The lessons on REST Proxy and Schema Registry, typed as they stand in the documents.
@Suite(.timeLimit(.minutes(3)))
struct RESTLessonTests {
    /// A step that a lesson has to have.
    private struct Expected {
        let request: String
        let says: [String]

        init(_ request: String, says: String...) {
            self.request = request
            self.says = says
        }
    }

    /// Runs a section of a document on a new server, and compares the answers.
    ///
    /// - Parameter expected: The steps of the section: none may be missing, and none is passed over.
    private func run(_ document: String, _ section: String, _ expected: [Expected]) async throws {
        let lesson = try LessonText(document: document, section: section)
        #expect(lesson.steps.map(\.request) == expected.map(\.request))
        for (step, expected) in zip(lesson.steps, expected) {
            for words in expected.says { #expect(step.text.contains(words), "\(document), line \(step.line)") }
        }
        try await ServerProcess.with { server in
            let shell = try LessonShell(server)
            for step in lesson.steps {
                let shown = shell.shown(step)
                let given = try await shell.run(step)
                let place = "\(document), the block at line \(step.line): \(step.text)"
                #expect(given.count == shown.count, "\(place)\n\(given.map(\.description).joined(separator: "\n"))")
                for (given, shown) in zip(given, shown) {
                    #expect(given.fits(shown), "\(place)\nshown: \(shown)\ngiven: \(given)")
                }
            }
            print("\(document): \(lesson.steps.count) steps were typed and answered as it says")
        }
    }

    @Test func theLessonOnRESTProxyIsTrue() async throws {
        let form = "application/vnd.kafka.v2+json"
        let json = "application/vnd.kafka.json.v2+json"
        let avro = "application/vnd.kafka.avro.v2+json"
        let proxy = "localhost:8082"
        let jsonInstance = "\(proxy)/consumers/my_json_consumer/instances/my_consumer_instance"
        let avroInstance = "\(proxy)/consumers/my_avro_consumer/instances/my_consumer_instance"
        try await run(
            "docs/rest-proxy.md", "## The lesson",
            [
                Expected("POST \(proxy)/topics/jsontest \(json)", says: #"{"foo": "bar"}"#),
                Expected("GET \(proxy)/topics"),
                Expected("GET \(proxy)/topics/jsontest"),
                Expected("GET \(proxy)/topics/jsontest/partitions"),
                Expected("GET \(proxy)/brokers"),
                Expected("POST \(proxy)/topics/avrotest \(avro)", says: #""value_schema":"#),
                Expected("POST \(proxy)/topics/avrotest \(avro)", says: #""value_schema_id": 1"#, "alice"),
                Expected("POST \(proxy)/topics/avrotest \(avro)", says: #""value_schema_id": 1"#, #"{"name": 7}"#),
                Expected("POST \(proxy)/consumers/my_json_consumer \(form)", says: #""format": "json""#),
                Expected("POST \(jsonInstance)/subscription \(form)", says: #"{"topics": ["jsontest"]}"#),
                Expected("GET \(jsonInstance)/records \(json)", says: "Accept"),
                Expected("GET \(jsonInstance)/records \(json)", says: "Accept"),
                Expected("DELETE \(jsonInstance)"),
                Expected("GET \(jsonInstance)/records \(json)", says: "Accept"),
                Expected("POST \(proxy)/consumers/my_avro_consumer \(form)", says: #""format": "avro""#),
                Expected("POST \(avroInstance)/subscription \(form)", says: #"{"topics": ["avrotest"]}"#),
                Expected("GET \(avroInstance)/records \(avro)", says: "Accept"),
                Expected("DELETE \(avroInstance)"),
                Expected(
                    "python", says: "import requests", "/topics/jsontest/partitions", "/brokers", #""value_schema":"#,
                    #""value_schema_id":"#, "/consumers/", "/subscription", "/records", "requests.delete("),
            ])
    }

    @Test func theLessonOnSchemaRegistryIsTrue() async throws {
        let form = "application/vnd.schemaregistry.v1+json"
        let registry = "localhost:8081"
        let subject = "\(registry)/subjects/readings-value"
        let verdict = "\(registry)/compatibility/subjects/readings-value/versions/latest?verbose=true"
        try await run(
            "docs/schema-registry.md", "## The lesson",
            [
                Expected("POST \(subject)/versions \(form)"),
                Expected("GET \(registry)/subjects"),
                Expected("GET \(subject)/versions"),
                Expected("GET \(subject)/versions/latest"),
                Expected("GET \(registry)/schemas/ids/1"),
                Expected("POST \(subject) \(form)"),
                Expected("GET \(registry)/config"),
                Expected("POST \(verdict) \(form)"),
                Expected("POST \(subject)/versions \(form)"),
                Expected("PUT \(registry)/config/readings-value \(form)", says: #"{"compatibility": "FORWARD"}"#),
                Expected("POST \(subject)/versions \(form)"),
                Expected("DELETE \(subject)/versions/2"),
                Expected("DELETE \(subject)"),
                Expected("GET \(subject)/versions"),
                Expected("GET \(registry)/schemas/ids/1"),
                Expected("DELETE \(subject)?permanent=true"),
                Expected("GET \(registry)/schemas/ids/1"),
            ])
    }

    @Test func whatTheReadmePublishesIsThere() async throws {
        try await run(
            "README.md", "## Publish with curl",
            [
                Expected("POST localhost:8082/topics/orders application/vnd.kafka.json.v2+json"),
                Expected("kcat", says: "localhost:9092", "-t orders"),
            ])
    }
}
