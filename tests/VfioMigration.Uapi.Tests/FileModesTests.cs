namespace VfioMigration.Uapi.Tests;

public sealed class FileModesTests
{
    [Theory]
    [InlineData(0, 0x0)]
    [InlineData(4, 0x4)]
    [InlineData(222, 0x92)]
    [InlineData(444, 0x124)]
    [InlineData(600, 0x180)]
    [InlineData(644, 0x1A4)]
    [InlineData(666, 0x1B6)]
    [InlineData(755, 0x1ED)]
    [InlineData(777, 0x1FF)]
    [InlineData(1777, 0x3FF)]
    [InlineData(7777, 0xFFF)]
    public void Octal_ReadsItsDigitsInBaseEight(int digits, int mode) => Assert.Equal((uint)mode, FileModes.Octal(digits));

    [Theory]
    [InlineData(8)]
    [InlineData(648)]
    [InlineData(96)]
    [InlineData(6944)]
    [InlineData(7778)]
    [InlineData(10000)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void Octal_RefusesWhatIsNotAMode(int digits) => Assert.Throws<ArgumentOutOfRangeException>(() => FileModes.Octal(digits));
}
