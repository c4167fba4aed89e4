using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Vfio.Tests.Support;

/// <summary>Checks a property without writing to the console.</summary>
internal static class Quietly
{
    internal static void Check<T>(Gen<T> gen, Action<T> holds, int times = 100) =>
        Prop.ForAll(gen.ToArbitrary(), holds)
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(times));
}
