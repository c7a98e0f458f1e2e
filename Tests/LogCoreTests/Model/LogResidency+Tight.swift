import LogCore

extension LogResidency {
    /// One of its own that has room for hardly anything: whatever is not in use is given back at once.
    static var tight: LogResidency { LogResidency(Limits(descriptors: 3, mappings: 1)) }
}
