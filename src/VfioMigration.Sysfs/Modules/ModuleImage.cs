using System.Security.Cryptography;
using System.Text;

using VfioMigration.Uapi;

namespace VfioMigration.Sysfs.Modules;

/// <summary>What modinfo(8) and <c>/sys/module/NAME</c> tell of the file that a module's code came from.</summary>
internal sealed class ModuleImage(Type code)
{
    private const int SourceVersionBytes = 12;

    /// <summary>
    /// Bytes of the assembly, in whole pages: what stays in memory when init has run. The part of init is 0 bytes then. A page for an assembly that was loaded from
    /// memory or whose file has gone.
    /// </summary>
    internal long CoreSize
    {
        get
        {
            long bytes = code.Assembly.Location is { Length: > 0 } file && new FileInfo(file) is { Exists: true } found ? found.Length : 1;
            return (bytes + Page.Size - 1) / Page.Size * Page.Size;
        }
    }

    /// <summary>
    /// 24 upper-case hexadecimal digits that are others when the source is (<c>scripts/mod/sumversion.c</c>; modpost adds it to every module with a MODULE_VERSION).
    /// Builds are deterministic, so the identity of the compiled module is a sum of its source.
    /// </summary>
    internal string SourceVersion
    {
        get
        {
            byte[] sum = SHA256.HashData(Encoding.UTF8.GetBytes($"{code.Module.ModuleVersionId:N} {code.FullName}"));
            return Convert.ToHexString(sum.AsSpan(0, SourceVersionBytes));
        }
    }
}
