/// What holds something outside of this process that has to go when the worker gives it up.
///
/// A connector or task that does not stop in time is abandoned: its worker goes on without it, and a call of it may
/// hang for ever. One that is `Releasable` hears of that.
package protocol Releasable: Sendable {
    /// Lets go of what is held; comes from any thread while another call may be under way, and must not wait.
    func release()
}
