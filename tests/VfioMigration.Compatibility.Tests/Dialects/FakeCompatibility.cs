using VfioMigration.Uapi;

namespace VfioMigration.Compatibility.Tests.Dialects;

/// <summary>A plugin whose answers are given from outside.</summary>
internal sealed class FakeCompatibility : IMigrationCompatibility
{
    internal Func<Result<string>> OnGetVersion { get; set; } = () => "fake-1";

    internal Func<byte[], Verdict> OnJudge { get; set; } = _ => Verdict.Compatible("rule");

    public Result<string> GetVersion() => OnGetVersion();

    public Verdict Judge(ReadOnlySpan<byte> remote) => OnJudge(remote.ToArray());
}
