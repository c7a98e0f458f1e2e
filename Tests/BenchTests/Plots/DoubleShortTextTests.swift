import Testing

@testable import millrace_bench

@Suite struct DoubleShortTextTests {
    @Test(arguments: [
        (0.0, 0, "0"), (0, 3, "0"), (1.5, 0, "2"), (1.25, 1, "1.3"), (1.05, 2, "1.05"), (1.999, 2, "2"),
        (0.004, 2, "0"), (0.005, 3, "0.005"), (0.1 + 0.2, 9, "0.3"), (120, 2, "120"), (1e15, 1, "1000000000000000"),
    ]) func numbersHaveNoZerosThatSayNothing(number: Double, digits: Int, text: String) {
        #expect(number.text(fractionDigits: digits) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (0.5, "0.5"), (9.994, "9.99"), (9.996, "10"), (99.94, "99.9"), (99.96, "100"), (999.4, "999"),
        (999.6, "1k"), (1000, "1k"), (2_273_456, "2.27M"), (20e6, "20M"), (123.4e9, "123G"), (5e12, "5000G"),
    ]) func magnitudesHaveLetters(number: Double, text: String) { #expect(number.magnitudeText == text) }

    @Test(arguments: [
        (1.0, "1 ns"), (100, "100 ns"), (999, "999 ns"), (1000, "1 µs"), (405_100, "405 µs"), (999_700, "1 ms"),
        (4_567_000, "4.57 ms"), (60e9, "60 s"), (100e9, "100 s"), (1e13, "10000 s"),
    ]) func timesHaveUnits(nanoseconds: Double, text: String) { #expect(nanoseconds.durationText == text) }
}
