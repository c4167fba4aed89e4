using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.Vendors.Mtty;

/// <summary>
/// Collects the stream beside the device. More bytes than the state has are ENOMEM and not taken; a wrong header is EFAULT with the write
/// that completes it. Other than the sample, which loads a stream of the right length whatever its header says, a refused stream stays
/// refused.
/// </summary>
internal sealed class MttyResumingStream(MttyDevice device, Action<string> report) : ResumingStream
{
    private readonly byte[] bytes = new byte[MttySavedState.SizeFor(device.Ports.Count)];
    private int filled;
    private bool isRefused;

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

        isRefused = true;
        report($"migration: state refused: {problem}");
        return Errno.EFAULT;
    }

    /// <summary>Puts the ports into the device. EINVAL: bytes are missing, or the stream was refused, or is invalid.</summary>
    internal Errno Finish()
    {
        if (isRefused)
        {
            return Errno.EINVAL;
        }

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
