using System.Text;

using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Compatibility.Tests.Support;

/// <summary>What strangers may send.</summary>
internal static class Noise
{
    /// <summary>Any printable ASCII, separators and escapes more often than chance would have them.</summary>
    internal static Arbitrary<string> PrintableText { get; } =
        Gen.OneOf(Gen.Choose(' ', '~').Select(c => (char)c), Gen.Elements('%', ',', '=', '-', '\\', '{', '}'))
            .ArrayOf().Select(chars => new string(chars)).ToArbitrary();

    /// <summary>A good text with bytes replaced, cut or put in, or nothing of it.</summary>
    internal static Arbitrary<byte[]> Around(string good)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(good);
        Gen<byte> any = Gen.OneOf(Gen.Choose(0, 255).Select(b => (byte)b), Gen.Elements("%2C\\=,-\0\n"u8.ToArray()));
        Gen<byte[]> replaced = Gen.Choose(0, bytes.Length - 1).SelectMany(at => any.Select(b => (byte[])[.. bytes[..at], b, .. bytes[(at + 1)..]]));
        Gen<byte[]> inserted = Gen.Choose(0, bytes.Length).SelectMany(at => any.ArrayOf().Select(more => (byte[])[.. bytes[..at], .. more, .. bytes[at..]]));
        Gen<byte[]> cut = Gen.Choose(0, bytes.Length).Select(at => bytes[..at]);
        return Gen.OneOf(replaced, inserted, cut, any.ArrayOf()).ToArbitrary();
    }
}
