using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// Collects the stream beside the device. More bytes than the state has are ENOMEM and not taken; a wrong header is EFAULT with the write
/// that completes it. A user that goes on nevertheless gets what it asks for, as of the sample: a stream of the right length is loaded
/// whatever its header says (mtty_resume_write, mtty_load_state of samples/vfio-mdev/mtty.c).
/// </summary>
internal sealed class MttyResumingStream(MttyDevice device, Action<string> report) : ResumingStream
{
    private readonly byte[] bytes = new byte[MttySavedState.SizeFor(device.Ports.Count)];
    private int filled;

    public override Errno Write(ReadOnlySpan<byte> source)
    {
        if (source.Length > bytes.Length - filled)
        {
            return Errno.ENOMEM;
        }

        bool hadHeader = filled >= MttySavedState.HeaderSize;
        source.CopyTo(bytes.AsSpan(filled));
        filled += source.Length;
        if (hadHeader || filled < MttySavedState.HeaderSize || MttySavedState.FindProblem(bytes, device.Ports.Count) is not { } problem)
        {
            return Errno.None;
        }

        report($"migration: state refused: {problem}");
        return Errno.EFAULT;
    }

    /// <summary>Puts the ports into the device. EINVAL: bytes are missing, or the state of a port is impossible.</summary>
    internal Errno Finish()
    {
        if (filled < bytes.Length)
        {
            report($"migration: {bytes.Length - filled} of {bytes.Length} bytes are missing");
            return Errno.EINVAL;
        }

        ReadOnlySpan<byte> ports = bytes.AsSpan(MttySavedState.HeaderSize);
        for (int at = 0; at < ports.Length; at += SerialPort.StateSize)
        {
            if (!SerialPort.IsSane(ports.Slice(at, SerialPort.StateSize)))
            {
                report($"migration: state refused: port {at / SerialPort.StateSize} has an invalid state");
                return Errno.EINVAL;
            }
        }

        device.Load(ports);
        return Errno.None;
    }
}
