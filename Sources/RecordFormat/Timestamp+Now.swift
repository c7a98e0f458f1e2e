internal import CShims

extension Timestamp {
    /// The time by the wall clock.
    ///
    /// For the edge of an app, which hands it on: nothing below reads the clock by itself, so that tests can.
    public static func now() -> Timestamp { Timestamp(milliseconds: millrace_wall_clock_milliseconds()) }
}
