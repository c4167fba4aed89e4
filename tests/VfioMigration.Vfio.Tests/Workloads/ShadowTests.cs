using VfioMigration.Vfio.Migration.Streams;
using VfioMigration.Vfio.Workloads;

namespace VfioMigration.Vfio.Tests.Workloads;

public class ShadowTests
{
    private readonly byte[] memory = new byte[3 * 4096];
    private readonly Shadow shadow;

    public ShadowTests()
    {
        new Random(1).NextBytes(memory);
        shadow = new Shadow("store", () => memory);
    }

    [Fact]
    public void NewShadow_LeavesPagesAloneThatAreZero()
    {
        memory.AsSpan(4096, 4096).Clear();
        byte[] expected = new byte[memory.Length];
        expected.AsSpan(4096, 4096).Fill(1);

        var other = new Shadow("store", () => memory, length => expected.AsMemory(0, length));

        Assert.Equal(4096, other.FindDifference());
        Assert.True(other.Expected[..4096].SequenceEqual(memory.AsSpan(0, 4096)));
        Assert.True(other.Expected[8192..].SequenceEqual(memory.AsSpan(8192)));
        Assert.False(other.Expected.Slice(4096, 4096).ContainsAnyExcept((byte)1));
    }

    [Fact]
    public void NewShadow_ExpectsWhatIsThere()
    {
        Assert.Equal(("store", null), (shadow.Name, shadow.FindDifference()));
        Assert.True(shadow.Expected.SequenceEqual(memory));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(12287)]
    public void ByteThatChanged_IsFound(int address)
    {
        memory[address] ^= 1;

        Assert.Equal(address, shadow.FindDifference());
    }

    [Fact]
    public void NotedWrites_AreExpected()
    {
        shadow.Write(10, [1, 2]);
        shadow.Write(20, 0x06050403u);
        shadow.Write(30, 0x0E0D0C0B0A090807ul);
        Assert.Equal(10, shadow.FindDifference());
        memory[10] = 1;
        memory[11] = 2;
        ((byte[])[3, 4, 5, 6]).CopyTo(memory, 20);
        ((byte[])[7, 8, 9, 10, 11, 12, 13, 14]).CopyTo(memory, 30);

        Assert.Null(shadow.FindDifference());
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(4095, 0)]
    [InlineData(4096, 1)]
    [InlineData(12287, 2)]
    public void Memory_IsHeldAgainstTheSavedChecksums(int? changed, int? page)
    {
        var writer = new StateWriter();
        shadow.Save(writer);
        Assert.Equal(3 * sizeof(uint), writer.Written.Length);
        byte[] arrived = [.. memory];
        var other = new Shadow("store", () => arrived);
        if (changed is { } address)
        {
            arrived[address] ^= 0x80;
        }

        var reader = new StateReader(writer.Written);
        Assert.Equal(page, other.Load(ref reader));

        Assert.True(reader.IsComplete);
        Assert.Null(other.FindDifference());
    }

    /// <summary>The checksums are of what is expected: what a device wrote and should not have is found at the latest elsewhere.</summary>
    [Fact]
    public void SavedChecksums_AreOfTheExpectedBytes()
    {
        memory[5000] ^= 1;
        var writer = new StateWriter();
        shadow.Save(writer);
        var reader = new StateReader(writer.Written);

        Assert.Equal(1, new Shadow("store", () => memory).Load(ref reader));
    }
}
