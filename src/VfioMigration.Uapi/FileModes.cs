namespace VfioMigration.Uapi;

/// <summary>Permission bits, spelled in source as chmod(1) spells them.</summary>
public static class FileModes
{
    /// <summary>The mode whose octal digits are the decimal digits of the argument: <c>Octal(644)</c> is 0644.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A digit is 8 or 9, or the number is negative or above 7777.</exception>
    public static uint Octal(int digits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digits, 7777);
        uint mode = 0;
        for (int shift = 0, rest = digits; rest > 0; shift += 3, rest /= 10)
        {
            if (rest % 10 > 7)
            {
                throw new ArgumentOutOfRangeException(nameof(digits), digits, "not an octal number: a digit is 8 or 9");
            }

            mode |= (uint)(rest % 10) << shift;
        }

        return mode;
    }
}
