import CShims
import RecordFormat

/// The one place where the broker reads the wall clock; everything else is handed the time.
enum WallClock {
    static func now() -> Timestamp { Timestamp(milliseconds: millrace_wall_clock_milliseconds()) }
}
