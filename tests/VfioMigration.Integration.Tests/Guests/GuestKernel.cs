using System.Text;
using System.Text.RegularExpressions;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>A kernel that guests boot, and its modules.</summary>
internal sealed partial class GuestKernel
{
    /// <summary>The one that boots fastest: its image is small to decompress (LZ4), and nvme and the PCI serial ports (8250_pci) are built in.</summary>
    internal const string Cloud = "cloud-amd64";

    /// <summary>The one with every driver: bochs, iavf, QAT, idxd. It takes twice as long to boot, and its 8250_pci is built in, too.</summary>
    internal const string Generic = "amd64";

    private readonly string modules;

    private GuestKernel(string folder)
    {
        Image = Directory.GetFiles(Path.Combine(folder, "boot"), "vmlinuz-*").Single();
        Version = Path.GetFileName(Image)["vmlinuz-".Length..];
        modules = new[] { "lib/modules", "usr/lib/modules" }
            .Select(place => Path.Combine(folder, place, Version))
            .First(Directory.Exists);
    }

    /// <summary>The file for <c>-kernel</c>.</summary>
    internal string Image { get; }

    /// <summary>As <c>uname -r</c> prints it.</summary>
    internal string Version { get; }

    /// <summary>The folder that is <c>/lib/modules/VERSION</c> in a guest.</summary>
    internal string ModulesFolder => modules;

    /// <summary>Finds a flavour of Debian's kernel, and downloads it the first time. Processes may do so at once.</summary>
    internal static GuestKernel Find(string flavour = Cloud) => new(KernelPackage.Find(flavour));

    /// <summary>
    /// The files of modules and of all they depend on, in the order for insmod. What is built in needs no file and is left out.
    /// </summary>
    internal IReadOnlyList<string> ModuleFiles(params string[] names)
    {
        Dictionary<string, string> files = Directory.EnumerateFiles(modules, "*.ko", SearchOption.AllDirectories)
            .ToDictionary(file => Canonical(Path.GetFileNameWithoutExtension(file)));
        HashSet<string> builtIn = [.. File.ReadLines(Path.Combine(modules, "modules.builtin"))
            .Select(line => Canonical(Path.GetFileNameWithoutExtension(line)))];
        var ordered = new List<string>();
        foreach (string name in names)
        {
            Add(Canonical(name), files, builtIn, ordered);
        }

        return ordered;
    }

    private void Add(string name, Dictionary<string, string> files, HashSet<string> builtIn, List<string> ordered)
    {
        if (builtIn.Contains(name))
        {
            return;
        }

        string file = files.GetValueOrDefault(name) ?? throw new FileNotFoundException($"kernel {Version} has no module {name}");
        foreach (string dependency in Dependencies(file).Where(dependency => !ordered.Contains(files.GetValueOrDefault(dependency, ""))))
        {
            Add(dependency, files, builtIn, ordered);
        }

        if (!ordered.Contains(file))
        {
            ordered.Add(file);
        }
    }

    /// <summary>The field of .modinfo, which modpost writes.</summary>
    private static IEnumerable<string> Dependencies(string file) =>
        Depends().Match(Encoding.Latin1.GetString(File.ReadAllBytes(file))).Groups[1].Value
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(Canonical);

    private static string Canonical(string module) => module.Replace('-', '_');

    [GeneratedRegex(@"\0depends=([^\0]*)\0")]
    private static partial Regex Depends();
}
