using System.IO.Compression;
using System.Text;

using VfioMigration.Integration.Tests.Support;

namespace VfioMigration.Integration.Tests.Guests;

/// <summary>
/// The root file system of a guest in memory: busybox with all its applets in <c>/bin</c>, empty <c>/proc</c>, <c>/sys</c>, <c>/tmp</c>,
/// <c>/dev</c> with console, null and ttyS0 to ttyS3, and <c>/init</c>. Nothing is mounted before /init does it.
/// </summary>
internal sealed class Initramfs
{
    private const int DirectoryType = 0x4000;
    private const int CharacterDeviceType = 0x2000;
    private const int FileType = 0x8000;
    private const int LinkType = 0xA000;

    private static readonly int Executable = Convert.ToInt32("755", 8);

    private readonly CpioArchive archive = new();
    private readonly HashSet<string> folders = [];

    /// <param name="init">The script of process 1 for busybox sh, without its first line.</param>
    internal Initramfs(string init)
    {
        foreach (string folder in (string[])["bin", "dev", "proc", "sys", "tmp"])
        {
            AddFolder(folder);
        }

        AddDevice("console", 5, 1);
        AddDevice("null", 1, 3);
        for (int port = 0; port < 4; port++)
        {
            AddDevice($"ttyS{port}", 4, 64 + port);
        }

        string busybox = Path.Combine(DeclaredPrograms.Folder, "busybox");
        AddFile("bin/busybox", StaticProgram(busybox), Executable);
        foreach (string applet in Applets(busybox).Where(applet => applet != "busybox"))
        {
            archive.Add($"bin/{applet}", LinkType | Convert.ToInt32("777", 8), Encoding.UTF8.GetBytes("busybox"));
        }

        AddFile("init", Encoding.UTF8.GetBytes($"#!/bin/sh\n{init.ReplaceLineEndings("\n")}\n"), Executable);
    }

    /// <summary>Adds a file, and the folders it is in. The path has no slash in front.</summary>
    internal Initramfs AddFile(string path, byte[] content, int mode)
    {
        for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            AddFolder(path[..slash]);
        }

        archive.Add(path, FileType | mode, content);
        return this;
    }

    /// <summary>Adds modules below <c>/modules</c> with a script <c>/modules/load</c> that loads them and what they depend on.</summary>
    internal Initramfs AddModules(GuestKernel kernel, params string[] names)
    {
        IReadOnlyList<string> files = kernel.ModuleFiles(names);
        foreach (string file in files)
        {
            AddFile($"modules/{Path.GetFileName(file)}", File.ReadAllBytes(file), Convert.ToInt32("644", 8));
        }

        IEnumerable<string> lines = files.Select(file => $"insmod /modules/{Path.GetFileName(file)} || exit 1\n");
        return AddFile("modules/load", Encoding.UTF8.GetBytes("#!/bin/sh\n" + string.Concat(lines)), Executable);
    }

    /// <summary>Writes the archive for <c>-initrd</c>. QEMU maps the file for as long as it runs, so it must not be written again.</summary>
    internal void Write(string file)
    {
        using var compressed = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        compressed.Write(archive.ToArray());
    }

    private void AddFolder(string path)
    {
        if (folders.Add(path))
        {
            archive.Add(path, DirectoryType | Executable, []);
        }
    }

    private void AddDevice(string name, int major, int minor) =>
        archive.Add($"dev/{name}", CharacterDeviceType | Convert.ToInt32("666", 8), [], major, minor);

    private static string[] Applets(string busybox)
    {
        using System.Diagnostics.Process process = Program.Start(busybox, ["--list"]);
        return Program.Finish(process).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>There is no C library in a guest: of the two packages that have a busybox, the one with the dynamically linked one is of no use.</summary>
    private static byte[] StaticProgram(string file)
    {
        byte[] program = File.ReadAllBytes(file);
        Assert.False(program.AsSpan(0, Math.Min(program.Length, 4096)).IndexOf("/ld-linux"u8) >= 0, "busybox is not static: apt-get install busybox-static");
        return program;
    }
}
