using VfioMigration.Integration.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.Integration.Tests.Requests;

/// <summary>
/// What a request costs the managed heap of a whole host on a real mount, once everything that is reused exists: nothing. The exception is
/// a refused write of <c>migration_version</c>, which leaves a record in the kernel log. Alone, because the heap is shared.
/// </summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationTests : IDisposable
{
    private const string Name = "allocations";
    private const int WarmUp = 2_000;
    private const int Measured = 2_000;
    private const int Batches = 10;

    /// <summary>The record of a refusal, with both strings.</summary>
    private const int MaxRecordBytes = 1024;

    private const string Type = $"{MountedHost.MttyTypes}/mtty-1";
    private const string Attribute = $"{Type}/migration_version";

    private readonly MountedHost host = new(("mtty", new Dictionary<string, string> { ["migration_version"] = "true" }));
    private readonly byte[] buffer = new byte[65536];
    private readonly string directory;
    private readonly string file;

    public AllocationTests()
    {
        directory = host.Path(Type);
        file = host.Path(Attribute);
    }

    public void Dispose() => host.Dispose();

    [Fact]
    public void Cat_AllocatesNothing() => AssertAllocatesNothing(() =>
    {
        int fd = Libc.open(file, Libc.O_RDONLY, 0);
        Expect(Libc.read(fd, buffer, buffer.Length) > 0 && Libc.close(fd) == 0);
    });

    [Fact]
    public void Pread_AllocatesNothing() => WithOpen(Libc.O_RDONLY, file, fd =>
        AssertAllocatesNothing(() => Expect(Libc.pread(fd, buffer, buffer.Length, 0) > 0)));

    [Fact]
    public void Stat_AllocatesNothing() => AssertAllocatesNothing(() => Expect(Libc.StatOfTheServer(file, buffer) == 0));

    [Fact]
    public void LookupOfAMissingName_AllocatesNothing()
    {
        string missing = file + "_";
        AssertAllocatesNothing(() => Expect(Libc.access(missing, 0) < 0));
    }

    [Fact]
    public void Readdir_AllocatesNothing() => AssertAllocatesNothing(() =>
    {
        int fd = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY, 0);
        Expect(Libc.getdents64(fd, buffer, buffer.Length) > 0 && Libc.close(fd) == 0);
    });

    [Fact]
    public void AcceptedWrite_AllocatesNothing()
    {
        byte[] own = System.Text.Encoding.ASCII.GetBytes(host.Read(Attribute));
        WithOpen(Libc.O_WRONLY, file, fd => AssertAllocatesNothing(() => Expect(Libc.pwrite(fd, own, own.Length, 0) == own.Length)));
    }

    [Theory]
    [InlineData("mtty-9.0-ports=1\n")]
    [InlineData("not a version string")]
    public void RefusedWrite_AllocatesItsRecordOnly(string refused)
    {
        byte[] other = System.Text.Encoding.ASCII.GetBytes(refused);
        WithOpen(Libc.O_WRONLY, file, fd =>
        {
            long bytes = BytesPerCall(() => Expect(Libc.pwrite(fd, other, other.Length, 0) < 0 && Libc.LastError == Errno.EINVAL));
            Assert.InRange(bytes, 1, MaxRecordBytes);
        });
    }

    private static void WithOpen(int flags, string path, Action<int> action)
    {
        int fd = Libc.open(path, flags, 0);
        Assert.True(fd >= 0);
        action(fd);
        _ = Libc.close(fd);
    }

    private static void AssertAllocatesNothing(Action call) => Assert.Equal(0, BytesPerCall(call));

    /// <summary>
    /// By all threads of the process, client and server. The least of several batches: what the test's surroundings allocate meanwhile is
    /// not in every batch, and what a call allocates is in all of them, at least 24 bytes.
    /// </summary>
    private static long BytesPerCall(Action call)
    {
        Repeat(call, WarmUp);
        long least = long.MaxValue;
        for (int batch = 0; batch < Batches; batch++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Repeat(call, Measured);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least / Measured;
    }

    private static void Repeat(Action call, int times)
    {
        for (int i = 0; i < times; i++)
        {
            call();
        }
    }

    /// <summary>Allocates nothing unless it fails.</summary>
    private static void Expect(bool holds)
    {
        if (!holds)
        {
            Assert.Fail($"the call failed or did not fail: {Libc.LastError}");
        }
    }
}
