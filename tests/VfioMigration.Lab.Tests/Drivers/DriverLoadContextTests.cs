using System.Runtime.CompilerServices;
using System.Runtime.Loader;

using VfioMigration.Lab;
using VfioMigration.Uapi;

namespace VfioMigration.Lab.Tests.Drivers;

public class DriverLoadContextTests
{
    private const string Uuid = "000000a0-1111-4222-8333-444455556666";

    [Theory]
    [InlineData("mtty", "mtty-1")]
    [InlineData("mdpy", "mdpy-vga")]
    [InlineData("mbochs", "mbochs-small")]
    public void Unload_OfAUsedDriver_CollectsItsContext(string driver, string type)
    {
        Host host = TestHosts.WithDriver(driver, ("migration_version", "true"));
        WeakReference context = UseAndUnload(host, driver, type);

        Assert.True(IsCollected(context), "something still refers to the driver");
        GC.KeepAlive(host);
    }

    [Fact]
    public void Load_OnTwoHosts_UsesTwoContexts()
    {
        Host[] hosts = [TestHosts.WithDriver("mtty"), TestHosts.WithDriver("mtty")];
        Assert.All(hosts, host => Assert.Empty(host.Boot()));

        Assert.NotSame(ContextOf(hosts[0], "mtty"), ContextOf(hosts[1], "mtty"));
        Assert.True(ContextOf(hosts[0], "mtty").IsCollectible);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload(Host host, string driver, string type)
    {
        Assert.Empty(host.Boot());
        string path = $"devices/virtual/{driver}/{driver}";
        Assert.Equal(36, host.Core.Tree.Echo(Uuid, $"{path}/mdev_supported_types/{type}/create").Value);
        Assert.True(host.Core.Tree.Cat($"{path}/{Uuid}/migration_version").IsOk);
        host.Core.Tree.Echo("noise", $"{path}/{Uuid}/migration_version");
        var context = new WeakReference(ContextOf(host, driver));
        Assert.Equal((Errno.None, null), host.UnloadModule(driver));
        return context;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static AssemblyLoadContext ContextOf(Host host, string driver) =>
        AssemblyLoadContext.GetLoadContext(host.Modules.Find(driver)!.Code.GetType().Assembly)!;

    private static bool IsCollected(WeakReference context)
    {
        for (int i = 0; i < 20 && context.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return !context.IsAlive;
    }
}
