using VfioMigration.Testing;

namespace VfioMigration.Integration.Tests.DevVfio;

/// <summary>Tests with <see cref="Debian13"/>, which are left to <c>tests/run --all</c>, and skipped for an ordinary user for whom root has not prepared it.</summary>
internal sealed class Debian13TheoryAttribute : TheoryAttribute
{
    public override string Skip
    {
        get => !TestScope.IsAll ? "needs --all: a root folder of Debian 13" : Debian13.IsAvailable ? null! : "needs root: prepares a root folder of Debian 13";
        set => throw new NotSupportedException(value);
    }
}
