namespace VfioMigration.Uapi;

/// <summary>poll(2) event bits (<c>include/uapi/asm-generic/poll.h</c>).</summary>
[Flags]
public enum PollEvents : uint
{
    None = 0,
    POLLIN = 0x1,
    POLLPRI = 0x2,
    POLLOUT = 0x4,
    POLLERR = 0x8,
    POLLHUP = 0x10,
    POLLNVAL = 0x20,
    POLLRDNORM = 0x40,
    POLLWRNORM = 0x100,
}
