using System.IO.MemoryMappedFiles;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Migration;

/// <summary>A whole migration with nothing but echo and cat, and the v1 region with dd.</summary>
public sealed class ShellMigrationTests : IDisposable
{
    private readonly RunningLab lab = new(MigrationLab.Of("a", "b"));

    public void Dispose() => lab.Dispose();

    /// <summary>What arrives is saved again and must be what was sent.</summary>
    [Fact]
    public void EchoAndCat_MoveADevice()
    {
        string uuid = MigrationLab.Create(lab, "mtty-2", "a", "b");
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{uuid}}; b=b/kernel/debug/vfiomig/{{uuid}}
            echo memory=4 rate=0 > $a/guest/start; echo stop > $a/guest/control
            echo STOP_COPY > $a/state; cat $a/data > ../sent; cat $a/data | wc -c
            echo RESUMING > $b/state; cat ../sent > $b/data; echo STOP > $b/state; echo STOP > $a/state
            echo STOP_COPY > $b/state; cat $b/data > ../received; cmp ../sent ../received && wc -c < ../received
            echo RUNNING > $b/state; cat b/kernel/debug/vfio/{{uuid}}/migration/state a/kernel/debug/vfio/{{uuid}}/migration/state
            """);

        Assert.Equal("0\n96\nRUNNING\nSTOP\n", output);
    }

    /// <summary>Pre-copy of a device with memory: the temporary end is an error of cat, the session goes on in STOP_COPY.</summary>
    [Fact]
    public void PreCopy_ContinuesInStopCopy()
    {
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{MigrationLab.Disk}}; b=b/kernel/debug/vfiomig/{{MigrationLab.Disk}}
            echo PRE_COPY > $a/state; head -n 1 $a/precopy_info | grep -qv ' 0$' && echo begun
            cat $a/data > ../sent 2> ../err; echo $?; grep -o 'No message of desired type' ../err; cat $a/precopy_info
            echo STOP_COPY > $a/state; cat $a/data >> ../sent; (cat $a/precopy_info) 2>&1 | grep -o 'Invalid argument'
            echo RESUMING > $b/state; dd if=../sent of=$b/data bs=100000 2> /dev/null; echo RUNNING > $b/state; cat $b/state
            """);

        Assert.Equal("begun\n1\nNo message of desired type\ninitial_bytes 0\ndirty_bytes 0\nInvalid argument\nRUNNING\n", output);
    }

    [Fact]
    public void TruncatedAndForeignStreams_AreRefusedWithAReason()
    {
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{MigrationLab.Disk}}; b=b/kernel/debug/vfiomig/{{MigrationLab.Disk}}; n=b/kernel/debug/vfiomig/{{MigrationLab.Nic}}
            echo STOP_COPY > $a/state; cat $a/data > ../sent
            echo RESUMING > $b/state; head -c 5000000 ../sent > $b/data; (echo STOP > $b/state) 2>&1 | grep -o 'Invalid argument'; cat $b/state
            echo 1 > $b/reset; cat $b/state
            echo RESUMING > $n/state; cat ../sent 2>&1 > $n/data | grep -o 'Invalid argument'
            """);

        Assert.Equal("Invalid argument\nRESUMING\nRUNNING\nInvalid argument\n", output);
        string log = MigrationLab.Run(lab, "dmesg", "--host", "b");
        Assert.Contains("ends early", log, StringComparison.Ordinal);
        Assert.Contains("the stream is for device 'nvme 1b36:0010 8MB', this device is 'i40evf 8086:154c'", log, StringComparison.Ordinal);
    }

    [Fact]
    public void StateFile_RefusesNumbersAndImpossibleWays()
    {
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{MigrationLab.Nic}}
            for s in 3 ERROR NONSENSE ''; do (echo $s > $a/state) 2>&1 | grep -o 'Invalid argument'; done
            echo STOP_COPY > $a/state; (echo PRE_COPY > $a/state) 2>&1 | grep -o 'Invalid argument'; cat $a/state
            (cat $a/data > /dev/null; echo x > $a/data) 2>&1 | grep -o 'Bad file descriptor'
            """);

        Assert.Equal(string.Concat(Enumerable.Repeat("Invalid argument\n", 5)) + "STOP_COPY\nBad file descriptor\n", output);
    }

    /// <summary>The save and resume loops of the migration region, field by field.</summary>
    [Fact]
    public void V1Region_MovesADeviceByDd()
    {
        string uuid = MigrationLab.Create(lab, "mdpy-vga", "a", "b");
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{uuid}}/region; b=b/kernel/debug/vfiomig/{{uuid}}/region
            u64() { dd if=$1 bs=8 skip=$2 count=1 2> /dev/null | od -An -tu8 | tr -d ' '; }
            state() { printf "\\$2\0\0\0" | dd of=$1 bs=4 conv=notrunc 2> /dev/null; }
            le64() { printf "\\x$(printf %02x $(($1 & 255)))\\x$(printf %02x $(($1 >> 8 & 255)))\\x$(printf %02x $(($1 >> 16)))\0\0\0\0\0"; }
            state $a 2; state $b 4; chunks=0; cat a/kernel/debug/vfiomig/{{uuid}}/state b/kernel/debug/vfiomig/{{uuid}}/state
            while [ $(u64 $a 1) != 0 ]; do
              offset=$(u64 $a 2); size=$(u64 $a 3); chunks=$((chunks + 1))
              dd if=$a bs=$size count=1 skip=$offset iflag=skip_bytes,fullblock 2> /dev/null > ../chunk
              dd if=../chunk of=$b bs=$size seek=$(u64 $b 2) oflag=seek_bytes conv=notrunc 2> /dev/null
              le64 $size | dd of=$b bs=8 seek=3 conv=notrunc 2> /dev/null
            done
            state $b 1; state $a 0; [ $chunks -gt 5 ] && echo many
            cat a/kernel/debug/vfiomig/{{uuid}}/state b/kernel/debug/vfiomig/{{uuid}}/state
            state $a 5 || echo invalid; (printf '\0\0' | dd of=$a bs=2 conv=notrunc) 2>&1 | grep -o 'Invalid argument'
            """);

        Assert.Equal("SAVING\nRESUMING\nmany\nSTOP\nRUNNING\ninvalid\nInvalid argument\n", output);
    }

    /// <summary>The data section is memory: a store by one is a load by the other, whichever way they came.</summary>
    [RootFact("FUSE_PASSTHROUGH, which needs CAP_SYS_ADMIN")]
    public void DataSection_MappedIsTheRegionsAtOnce()
    {
        string uuid = MigrationLab.Create(lab, "mdpy-vga", "a");
        string folder = Path.Combine(lab.Mount, $"a/kernel/debug/vfiomig/{uuid}");
        using var file = new FileStream(Path.Combine(folder, "data_section"), FileMode.Open, FileAccess.ReadWrite);
        using var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        using MemoryMappedViewAccessor view = mapped.CreateViewAccessor();

        view.WriteArray(0, "through the map"u8.ToArray(), 0, 15);
        Assert.Equal("through the map", Shell($"dd if=a/kernel/debug/vfiomig/{uuid}/region bs=1 skip=4096 count=15 2> /dev/null"));
        Shell($"printf 'by pwrite' | dd of=a/kernel/debug/vfiomig/{uuid}/region bs=1 seek=$((4096 + 65527)) conv=notrunc 2> /dev/null");

        byte[] seen = new byte[9];
        view.ReadArray(65527, seen, 0, 9);
        Assert.Equal("by pwrite"u8, seen);
        Shell($"printf late | dd of=a/kernel/debug/vfiomig/{uuid}/data_section conv=notrunc 2> /dev/null");
        Assert.Equal("lateugh the map", Shell($"head -c 15 a/kernel/debug/vfiomig/{uuid}/data_section"));
        Assert.Contains("Operation not permitted", Shell($"(printf x | dd of=a/kernel/debug/vfiomig/{uuid}/data_section bs=1 seek=65536 conv=notrunc) 2>&1 || true"), StringComparison.Ordinal);
    }

    [Fact]
    public void RfcDevice_TellsItsArcs()
    {
        string uuid = MigrationLab.Create(lab, "mbochs-small", "a");
        string output = Shell($"a=a/kernel/debug/vfiomig/{uuid}; cat $a/personality $a/state; wc -l < $a/arcs; grep -c '^RUNNING PRE_COPY$' $a/arcs");

        Assert.Equal("rfc\nRUNNING\n15\n1\n", output);
    }

    [Fact]
    public void DirtyLog_ReportsOnce()
    {
        string output = Shell($$"""
            a=a/kernel/debug/vfiomig/{{MigrationLab.Nic}}
            echo memory=4 rate=0 > $a/guest/start; (cat $a/dirty/report) 2>&1 | grep -o 'Invalid argument'
            echo 0x1000 0+0x400000 > $a/dirty/start; cat $a/dirty/page_size
            until [ -n "$(cat $a/dirty/report)" ]; do :; done
            echo pause > $a/guest/control; while [ -n "$(cat $a/dirty/report)" ]; do :; done; cat $a/dirty/report; cat $a/guest/verify | cut -d, -f1
            echo 1 > $a/dirty/stop; (echo 1 > $a/dirty/stop) 2>&1 | grep -o 'Invalid argument'
            (echo 3000 0+0x3000 > $a/dirty/start) 2>&1 | grep -o 'Invalid argument'
            """);

        Assert.Equal("Invalid argument\n4096\nok\nInvalid argument\nInvalid argument\n", output);
    }

    private string Shell(string script)
    {
        (int status, string output, string errors) = Program.Bash(script, lab.Mount);
        Assert.True(errors.Length == 0, $"{status} {errors} {output}");
        return output;
    }
}
