using System.Buffers.Binary;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Uapi;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Migration;
using VfioMigration.Vfio.Regions;

using static VfioMigration.Uapi.Vfio.VfioDeviceState;

namespace VfioMigration.Vendors.Tests.Conformance;

/// <summary>Streams that are not the saved state of such a device.</summary>
public abstract partial class MigrationV2Conformance
{
    private const int MttyHeader = 24;
    private const int RecordHeader = 32;

    /// <summary>With the write that shows it. Only a long write can be too long for an mtty.</summary>
    private Errno[] ForeignErrnos => Vendor.IsMtty ? [Errno.EFAULT, Errno.ENOMEM] : [Errno.EINVAL];

    [Fact]
    public void TruncatedStream_Anywhere_IsRefusedAndLeavesTheDeviceAlone()
    {
        byte[] stream = BusyStream();
        VfioDevice target = Create();
        byte[] untouched = target.Save();
        int[] places = [.. Boundaries(stream).SkipLast(1), .. Places(stream, 20), stream.Length - 1];
        foreach (int place in places)
        {
            target.Reset();
            byte[] before = Observe(target);

            Assert.Equal(Errno.EINVAL, target.TryLoad(stream.AsSpan(0, place)));
            Moves.AssertSame(before, Observe(target));
        }

        target.Reset();
        Moves.AssertSame(untouched, target.Save());
    }

    [Fact]
    public void TruncatedStream_WithTheMissingBytesAfterTheRefusal_Loads()
    {
        byte[] stream = BusyStream();
        VfioDevice target = Create();
        foreach (int place in Boundaries(stream).SkipLast(1))
        {
            Assert.Equal(Errno.EINVAL, target.TryLoad(stream.AsSpan(0, place)));
            Assert.Equal(Errno.None, target.Migration!.Session!.Write(stream.AsSpan(place)));
            target.Enter(VFIO_DEVICE_STATE_STOP);
            Moves.AssertSame(stream, target.Save());
        }
    }

    /// <summary>A damaged bit of the ports of an mtty cannot be seen, its format has no checksum.</summary>
    [Fact]
    public void DamagedStream_Anywhere_IsRefusedAndLeavesTheDeviceAlone()
    {
        byte[] stream = BusyStream();
        VfioDevice target = Create();
        byte[] untouched = target.Save();
        IEnumerable<int> places = Vendor.IsMtty
            ? Enumerable.Range(0, MttyHeader)
            : [.. Enumerable.Range(0, Vendor.MatchData + MttyHeader), .. Boundaries(stream).SkipLast(1), .. Places(stream, 30), stream.Length - 1];
        foreach (int place in places)
        {
            byte damage = (byte)(1 << (place % 8));
            stream[place] ^= damage;
            Assert.Equal(Vendor.IsMtty ? Errno.EFAULT : Errno.EINVAL, target.TryLoad(stream));
            stream[place] ^= damage;
        }

        target.Reset();
        Moves.AssertSame(untouched, target.Save());
        target.Reset();
        target.Load(stream);
        Moves.AssertSame(stream, target.Save());
    }

    [Fact]
    public void Noise_AfterAnyPartOfAStream_IsRefused()
    {
        byte[] stream = BusyStream();
        VfioDevice target = Create();
        int[] places = [0, .. Boundaries(stream).Where(place => place < 1024).SkipLast(1)];

        Prop.ForAll<byte[], int>((noise, number) =>
        {
            int place = places[(int)((uint)number % (uint)places.Length)];
            byte[] bytes = [.. stream.AsSpan(0, place), .. noise];
            return bytes.AsSpan().SequenceEqual(stream) || IsRefused(target, bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Stream_OfEveryOtherVendor_IsRefused()
    {
        VfioDevice target = Create();
        byte[] untouched = target.Save();
        foreach (VendorDevice other in VendorDevice.All.Where(other => !Vendor.TakesTheStateOf(other)))
        {
            Errno error = target.TryLoad(other.Create("v2").Save());

            Assert.True(ForeignErrnos.Contains(error), $"{other}: {error}");
        }

        target.Reset();
        Moves.AssertSame(untouched, target.Save());
    }

    [Fact]
    public void BytesAfterTheEnd_AreRefused()
    {
        byte[] stream = BusyStream();
        VfioDevice target = Create();
        MigrationSession session = target.Reach(VFIO_DEVICE_STATE_RESUMING)!;
        Assert.Equal(Errno.None, session.Write(stream));
        Assert.Equal(Vendor.IsMtty ? Errno.ENOMEM : Errno.EINVAL, session.Write([0]));

        // Measured: an mtty takes nothing of such a write, and the rest is whole.
        Assert.Equal(Vendor.IsMtty ? Errno.None : Errno.EINVAL, target.Migration!.SetState(VFIO_DEVICE_STATE_STOP).Error);
    }

    [Fact]
    public void Records_InAnotherOrder_AreRefused()
    {
        if (Vendor.IsMtty)
        {
            return;
        }

        byte[] stream = BusyStream();
        VfioDevice target = Create();
        int[] at = Boundaries(stream);
        for (int i = 0; i + 2 < at.Length; i++)
        {
            ReadOnlySpan<byte> all = stream;
            byte[] swapped = [.. all[..at[i]], .. all[at[i + 1]..at[i + 2]], .. all[at[i]..at[i + 1]], .. all[at[i + 2]..]];
            byte[] doubled = [.. all[..at[i + 1]], .. all[at[i]..]];
            byte[] missing = [.. all[..at[i]], .. all[at[i + 1]..]];

            Assert.Equal(Errno.EINVAL, target.TryLoad(swapped));
            Assert.Equal(Errno.EINVAL, target.TryLoad(doubled));
            Assert.Equal(Errno.EINVAL, target.TryLoad(missing));
        }
    }

    private byte[] BusyStream()
    {
        using var guest = new BusyGuest(Create());
        guest.Run(150);
        return guest.Device.Save();
    }

    private static bool IsRefused(VfioDevice target, byte[] bytes) => target.TryLoad(bytes) != Errno.None;

    private static IEnumerable<int> Places(byte[] stream, int count)
    {
        var random = new Random(count);
        return Enumerable.Range(0, count).Select(_ => random.Next(stream.Length));
    }

    /// <summary>Where the header and the records end; for an mtty the header and the ports.</summary>
    private int[] Boundaries(ReadOnlySpan<byte> stream)
    {
        if (Vendor.IsMtty)
        {
            return [.. Enumerable.Range(0, ((stream.Length - MttyHeader) / 36) + 1).Select(port => MttyHeader + (port * 36))];
        }

        int first = Vendor.MatchData;
        int description = BinaryPrimitives.ReadInt32LittleEndian(stream[(first + 12)..]);
        int pieces = BinaryPrimitives.ReadInt32LittleEndian(stream[(first + 16)..]);
        var ends = new List<int> { first + MttyHeader + description + (pieces * sizeof(ulong)) };
        while (ends[^1] < stream.Length)
        {
            ends.Add(ends[^1] + RecordHeader + BinaryPrimitives.ReadInt32LittleEndian(stream[(ends[^1] + 12)..]));
        }

        return [.. ends];
    }

    /// <summary>What a guest can read without an effect: everything but the ports of an mtty.</summary>
    private byte[] Observe(VfioDevice device)
    {
        using var seen = new MemoryStream();
        for (int index = 0; index < device.Regions.Count; index++)
        {
            VfioRegion region = device.Regions[index];
            if (region is AbsentRegion || (Vendor.IsMtty && region.Size == 8))
            {
                continue;
            }

            byte[] whole = new byte[region.Size];
            if (device.ReadRegion(index, 0, whole) != Errno.None)
            {
                ReadRegisters(device, index, whole);
            }

            seen.Write(whole);
        }

        return seen.ToArray();
    }

    private static void ReadRegisters(VfioDevice device, int index, byte[] whole)
    {
        for (int at = 0; at < whole.Length; at += sizeof(uint))
        {
            Assert.Equal(Errno.None, device.ReadRegion(index, (ulong)at, whole.AsSpan(at, sizeof(uint))));
        }
    }
}
