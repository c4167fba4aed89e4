using VfioMigration.Uapi;
using VfioMigration.Vfio.Migration;

namespace VfioMigration.TestDrivers.Broken;

internal sealed class BrokenSavingStream(SavingStream inner, FaultPoint point) : SavingStream
{
    public override ulong PendingBytes => point.Answer(inner.PendingBytes, "SavingStream.PendingBytes");

    public override Result<int> Read(Span<byte> destination) => point.Answer(inner.Read(destination), "SavingStream.Read");

    public override Result<PrecopyInfo> GetPrecopyInfo() => point.Answer(inner.GetPrecopyInfo(), "SavingStream.GetPrecopyInfo");
}

internal sealed class BrokenResumingStream(ResumingStream inner, FaultPoint point) : ResumingStream
{
    public override Errno Write(ReadOnlySpan<byte> source) => point.Answer(inner.Write(source), "ResumingStream.Write");
}
