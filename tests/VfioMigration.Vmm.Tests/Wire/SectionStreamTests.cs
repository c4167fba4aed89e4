using System.Buffers.Binary;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Vmm.Wire;

namespace VfioMigration.Vmm.Tests.Wire;

public sealed class SectionStreamTests
{
    private const int First = SectionStream.PreambleSize;

    /// <summary>A preamble and three sections, of 3, 0 and 5 bytes.</summary>
    private static readonly byte[] Small = Written((SectionType.Memory, [1, 2, 3]), (SectionType.Ready, []), (SectionType.End, [4, 5, 6, 7, 8]));

    [Fact]
    public void AnySections_ComeBackAsTheyWereSent() =>
        Prop.ForAll<byte[][]>(payloads =>
        {
            (SectionType, byte[])[] sections = [.. payloads.Select((payload, i) => ((SectionType)(i + 1), payload))];
            return Read(Written(sections)).SequenceEqual(sections, SameSection.Instance);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PayloadOfMaxLength_ComesBack()
    {
        byte[] payload = new byte[SectionStream.MaxPayload];
        Random.Shared.NextBytes(payload);

        Assert.Equal(payload, Assert.Single(Read(Written((SectionType.Memory, payload)))).Payload);
    }

    [Fact]
    public void EmptyStream_IsACleanEnd() => Assert.Empty(Read([]));

    [Fact]
    public void EveryCorruptedByte_IsRefused()
    {
        for (int at = 0; at < Small.Length; at++)
        {
            foreach (byte flipped in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] damaged = [.. Small];
                damaged[at] ^= flipped;
                Assert.Throws<StreamProblem>(() => Read(damaged));
            }
        }
    }

    [Fact]
    public void EveryTruncation_IsRefusedOrEndsBetweenTwoSections()
    {
        int[] boundaries = [0, First, First + 23, First + 43];
        for (int length = 0; length < Small.Length; length++)
        {
            byte[] shorter = Small[..length];
            if (boundaries.Contains(length))
            {
                Assert.True(Read(shorter).Count < 3);
            }
            else
            {
                Assert.Contains("ends in the middle", Assert.Throws<StreamProblem>(() => Read(shorter)).Message);
            }
        }
    }

    [Fact]
    public void SwappedSections_AreRefused()
    {
        byte[] swapped = [.. Small[..First], .. Small[(First + 23)..(First + 43)], .. Small[First..(First + 23)], .. Small[(First + 43)..]];

        Assert.Contains("was expected", Assert.Throws<StreamProblem>(() => Read(swapped)).Message);
    }

    [Fact]
    public void DuplicatedAndMissingSections_AreRefused()
    {
        byte[] duplicated = [.. Small[..(First + 23)], .. Small[First..]];
        byte[] missing = [.. Small[..(First + 23)], .. Small[(First + 43)..]];

        Assert.Contains("was expected", Assert.Throws<StreamProblem>(() => Read(duplicated)).Message);
        Assert.Contains("was expected", Assert.Throws<StreamProblem>(() => Read(missing)).Message);
    }

    [Fact]
    public void OtherVersion_IsRefusedWithBothNumbers()
    {
        byte[] newer = [.. Small];
        newer[12] = 2;

        Assert.Equal("unsupported stream version 2; supported is 1", Assert.Throws<StreamProblem>(() => Read(newer)).Message);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("QEVM.....................")]
    public void ForeignBytes_AreNotAMigrationStream(string text) =>
        Assert.Contains("not a migration stream", Assert.Throws<StreamProblem>(() => Read(System.Text.Encoding.ASCII.GetBytes(text))).Message);

    [Theory]
    [InlineData(SectionStream.MaxPayload + 1u)]
    [InlineData(uint.MaxValue)]
    public void OversizedLength_IsRefusedBeforeThePayloadIsRead(uint length)
    {
        byte[] damaged = [.. Small];
        BinaryPrimitives.WriteUInt32LittleEndian(damaged.AsSpan(First + 12), length);

        Assert.Contains("invalid header", Assert.Throws<StreamProblem>(() => Read(damaged)).Message);
    }

    [Fact]
    public void AnyBytes_AreRefusedOrRead() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                Read([.. Small[..First], .. bytes]);
            }
            catch (StreamProblem)
            {
                // The only way to say no.
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Counters_TellWhatWasSent()
    {
        using var sections = new SectionStream(new MemoryStream());
        sections.Send(SectionType.Ready);
        sections.Send(SectionType.Memory, [1, 2, 3]);

        Assert.Equal((2u, (long)First + 20 + 23), (sections.SentSections, sections.SentBytes));
    }

    private static byte[] Written(params (SectionType Type, byte[] Payload)[] sections)
    {
        using var memory = new MemoryStream();
        using var stream = new SectionStream(memory);
        foreach ((SectionType type, byte[] payload) in sections)
        {
            stream.Send(type, payload);
        }

        return memory.ToArray();
    }

    private static List<(SectionType Type, byte[] Payload)> Read(byte[] bytes)
    {
        using var stream = new SectionStream(new MemoryStream(bytes));
        var read = new List<(SectionType, byte[])>();
        while (stream.Receive(out ReadOnlySpan<byte> payload) is { } type)
        {
            read.Add((type, payload.ToArray()));
        }

        return read;
    }
}
