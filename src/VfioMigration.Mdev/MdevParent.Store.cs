using System.Text;

using VfioMigration.Sysfs;
using VfioMigration.Uapi;

namespace VfioMigration.Mdev;

/// <summary>What is written to <c>create</c>.</summary>
public sealed partial class MdevParent
{
    /// <summary>
    /// create_store: 36 bytes of UUID and at most one more byte, whatever it is; EINVAL otherwise. The device's name is lower case. A driver
    /// with <see cref="MdevDriver.TakesCreationParameters"/> also gets what follows a comma.
    /// </summary>
    internal Errno StoreCreate(MdevType type, ReadOnlySpan<byte> value)
    {
        const int UuidLength = 36;
        if (value.Length < UuidLength || !SysfsText.IsUuid(value[..UuidLength]))
        {
            return Errno.EINVAL;
        }

        string uuid = Encoding.ASCII.GetString(value[..UuidLength]).ToLowerInvariant();
        ReadOnlySpan<byte> rest = value[UuidLength..];
        return rest.Length <= 1 ? Create(type, uuid)
            : TakesCreationParameters && rest[0] == ',' && TryParse(SysfsText.TrimNewline(rest[1..]), out Dictionary<string, string> parameters)
                ? Create(type, uuid, parameters)
            : Errno.EINVAL;
    }

    /// <summary><c>name=value</c>, comma-separated, each name once.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, out Dictionary<string, string> parameters)
    {
        parameters = [];
        foreach (string part in SysfsText.Printable(text).Split(','))
        {
            string[] sides = part.Split('=');
            if (sides.Length != 2 || sides[0].Length == 0 || !parameters.TryAdd(sides[0], sides[1]))
            {
                return false;
            }
        }

        return true;
    }
}
