using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VfioMigration.Uapi;

/// <summary>Permission bits, spelled in source as chmod(1) spells them.</summary>
public static class FileModes
{
    /// <summary>The mode whose octal digits are the decimal digits of the argument: <c>Octal(644)</c> is 0644.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A digit is 8 or 9, or the number is negative or above 7777.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Octal(int digits)
    {
        // Without a loop, so that of a constant the JIT leaves the mode alone: modes are compared in every open.
        int sticky = digits / 1000;
        int user = digits / 100 % 10;
        int group = digits / 10 % 10;
        int others = digits % 10;
        if ((uint)digits > 7777 || user > 7 || group > 7 || others > 7)
        {
            ThrowNotOctal(digits);
        }

        return (uint)((sticky << 9) | (user << 6) | (group << 3) | others);
    }

    [DoesNotReturn]
    private static void ThrowNotOctal(int digits) =>
        throw new ArgumentOutOfRangeException(nameof(digits), digits, "not an octal number from 0 to 7777");
}
