using System.Globalization;
using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Vfio;
using VfioMigration.Vfio.DirtyTracking;

namespace VfioMigration.Lab.Emulator;

/// <summary>The device's dirty log (DMA_LOGGING_START, STOP, REPORT).</summary>
internal static class DirtyFiles
{
    /// <summary>A line of a report is no longer.</summary>
    private const int LineLength = 2 * 18 + 2;

    internal static readonly AttributeGroup Group = new(
        "dirty",
        SysfsAttribute<EmulatorDevice>.WriteOnly("start", static (directory, value) => Start(directory, value)),
        SysfsAttribute<EmulatorDevice>.WriteOnly("stop", static (directory, value) =>
            !SysfsText.ParseUnsigned(value).TryGet(out ulong number) || number == 0 ? Errno.EINVAL
            : directory.RefuseWhileHeld() is var held and not Errno.None ? held
            : directory.Device.StopDirtyLog()),
        SysfsAttribute<EmulatorDevice>.ReadOnly("page_size", static (directory, page) =>
            directory.Device.DirtyLogPageSize is { } size ? SysfsText.Line(page, $"{size}") : Errno.EINVAL),
        SysfsAttribute<EmulatorDevice>.ReadOnly("report", static (directory, page) =>
            directory.RefuseWhileHeld() is var held and not Errno.None ? held
            : directory.Device.FindDirtyLog().TryGet(out DirtyLog? log, out Errno error) ? (log is null ? 0 : Report(log, page)) : error));

    /// <summary>
    /// <c>[PAGE_SIZE] IOVA+LENGTH ...</c>, numbers as C writes them; 4096 by default. EINVAL for other text; else as START.
    /// </summary>
    private static Errno Start(EmulatorDevice directory, ReadOnlySpan<byte> value)
    {
        ulong pageSize = DirtyLog.MinPageSize;
        var ranges = new List<VfioDmaLoggingRange>();
        foreach (string word in Encoding.ASCII.GetString(value).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = word.Split('+');
            Result<ulong> first = SysfsText.ParseUnsigned(Encoding.ASCII.GetBytes(parts[0]));
            Result<ulong> second = parts.Length == 2 ? SysfsText.ParseUnsigned(Encoding.ASCII.GetBytes(parts[1])) : 0UL;
            if (parts.Length > 2 || !first.IsOk || !second.IsOk)
            {
                return Errno.EINVAL;
            }

            if (parts.Length == 2)
            {
                ranges.Add(new VfioDmaLoggingRange { Iova = first.Value, Length = second.Value });
            }
            else
            {
                pageSize = first.Value;
            }
        }

        Errno held = directory.RefuseWhileHeld();
        return held != Errno.None ? held : directory.Device.StartDirtyLog(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ranges), pageSize).Error;
    }

    /// <summary>
    /// Dirty ranges, <c>0xIOVA 0xLENGTH</c> a line, as many as fit in a page. What was shown is clean from then on; what did not fit is in the next report.
    /// </summary>
    private static Result<int> Report(DirtyLog log, Span<byte> page)
    {
        var text = new StringBuilder();
        int most = SysfsAttribute.MaxShown - LineLength;
        foreach ((ulong iova, ulong length) in log.Ranges)
        {
            byte[] bitmap = new byte[DirtyLog.BitmapBytes(length, log.PageSize)];
            log.Report(new VfioDmaLoggingReport { Iova = iova, Length = length, PageSize = log.PageSize }, bitmap, clear: false);
            foreach ((ulong first, ulong count) in Runs(bitmap))
            {
                if (text.Length > most)
                {
                    return SysfsText.Lines(page, text.ToString());
                }

                var shown = new VfioDmaLoggingReport { Iova = iova + (first * log.PageSize), Length = count * log.PageSize, PageSize = log.PageSize };
                log.Report(shown, new byte[DirtyLog.BitmapBytes(shown.Length, log.PageSize)]);
                text.Append(CultureInfo.InvariantCulture, $"0x{shown.Iova:x} 0x{shown.Length:x}\n");
            }
        }

        return SysfsText.Lines(page, text.ToString());
    }

    private static IEnumerable<(ulong First, ulong Count)> Runs(byte[] bitmap)
    {
        ulong first = 0;
        ulong count = 0;
        for (ulong bit = 0; bit < (ulong)bitmap.Length * 8; bit++)
        {
            if ((bitmap[bit / 8] & (1 << (int)(bit % 8))) != 0)
            {
                first = count == 0 ? bit : first;
                count++;
            }
            else if (count > 0)
            {
                yield return (first, count);
                count = 0;
            }
        }

        if (count > 0)
        {
            yield return (first, count);
        }
    }
}
