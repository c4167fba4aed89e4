using VfioMigration.Trees;

namespace VfioMigration.Trees.Tests;

/// <summary>R33, over an ordinary directory that looks like a tree.</summary>
public sealed class MdevDefinitionTests : IDisposable
{
    private const string Parent = "0000:00:02.0";
    private const string Function = "devices/pci0000:00/" + Parent;
    private const string Type = Function + "/mdev_supported_types/acme-1";
    private const string Uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private const string Device = Function + "/" + Uuid;

    private readonly TemporaryFolder folder = new();

    public MdevDefinitionTests()
    {
        folder.Write($"{Type}/create", "");
        folder.Write($"{Device}/migration_version", "acme-1.0\n");
        folder.Write($"{Device}/remove", "");
        Link("class/mdev_bus/" + Parent, "../../" + Function);
        Link("bus/pci/devices/" + Parent, "../../../" + Function);
        Link("bus/mdev/devices/" + Uuid, "../../../" + Device);
        Link($"{Device}/mdev_type", "../mdev_supported_types/acme-1");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bus/mdev/devices/" + Uuid)]
    [InlineData("bus/mdev/devices/" + Uuid + "/")]
    [InlineData("bus/mdev/devices/" + Uuid + "/migration_version")]
    [InlineData("class/mdev_bus/" + Parent + "/" + Uuid)]
    [InlineData(Device)]
    public void Read_OfADeviceByAnyName_KnowsParentAndType(string path)
    {
        MdevDefinition definition = Read(path);

        Assert.Equal((Parent, "acme-1", ""), (definition.Parent, definition.MdevType, definition.CreationParameters));
        Assert.Empty(definition.Attributes);
    }

    [Theory]
    [InlineData(Type)]
    [InlineData("bus/mdev/devices/" + Uuid + "/mdev_type")]
    [InlineData("bus/pci/devices/" + Parent)]
    [InlineData("nothing")]
    public void Read_OfAnythingElse_IsNull(string path) => Assert.Null(MdevDefinition.Read(At(path)));

    [Theory]
    [InlineData("1", "")]
    [InlineData("2", "aggregate=2")]
    [InlineData("8", "aggregate=8")]
    public void Read_OfSeveralInstances_HasTheCreationParameter(string instances, string parameters)
    {
        folder.Write($"{Device}/mdev/aggregated_instances", instances + "\n");

        Assert.Equal(parameters, Read().CreationParameters);
        Assert.Empty(Read().Attributes);
    }

    /// <summary>What is read-only shows something else that the definition has already; what is not named stays out.</summary>
    [Fact]
    public void Read_OfDynamicResources_TakesTheWritableOnesInTheirOrder()
    {
        folder.Write($"{Type}/dynamic_resources", "remote_url,aggregator,missing,fps\n");
        folder.Write($"{Device}/fps", "60\n");
        folder.Write($"{Device}/unnamed", "x\n");
        folder.Write($"{Device}/remote_url", "nvmf://10.0.0.1/nqn.a\n");
        File.SetUnixFileMode(folder.Write($"{Device}/aggregator", "2\n"), UnixFileMode.UserRead);

        Assert.Equal([new("remote_url", "nvmf://10.0.0.1/nqn.a"), new("fps", "60")], Read().Attributes);
    }

    /// <summary>The list as the mail of 9 September 2020 spells it (P14).</summary>
    [Fact]
    public void Read_OfDynamicResourcesWithSpaces_TakesAll()
    {
        folder.Write($"{Type}/dynamic_resources", "aggregator, fps\n");
        folder.Write($"{Device}/aggregator", "2\n");
        folder.Write($"{Device}/fps", "60\n");

        Assert.Equal([new("aggregator", "2"), new("fps", "60")], Read().Attributes);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("05.0004\n", "", "assign_adapter=0x05 assign_domain=0x0004")]
    [InlineData("05.0004\n05.00ab\n06.0004\n06.00ab\n", "", "assign_adapter=0x05 assign_adapter=0x06 assign_domain=0x0004 assign_domain=0x00ab")]
    [InlineData("05.\nff.\n", "", "assign_adapter=0x05 assign_adapter=0xff")]
    [InlineData(".0004\n.00ab\n", "", "assign_domain=0x0004 assign_domain=0x00ab")]
    [InlineData("05.0004\n", "0004\n00ab\n", "assign_adapter=0x05 assign_domain=0x0004 assign_control_domain=0x0004 assign_control_domain=0x00ab")]
    [InlineData("", "000c\n", "assign_control_domain=0x000c")]
    public void Read_OfAMatrix_AssignsWhatIsInIt(string matrix, string controlDomains, string expected)
    {
        folder.Write($"{Device}/matrix", matrix);
        folder.Write($"{Device}/control_domains", controlDomains);
        folder.Write($"{Device}/assign_adapter", "");

        Assert.Equal(expected, string.Join(' ', Read().Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}")));
    }

    [Fact]
    public void Read_OfAFileCalledMatrix_IsNoMatrix()
    {
        folder.Write($"{Device}/matrix", "05.0004\n");

        Assert.Empty(Read().Attributes);
    }

    [Fact]
    public void ToMdevctlJson_OfAPlainDevice_HasNoAttributes() => Assert.Equal(
        """
        {
          "mdev_type": "acme-1",
          "start": "manual",
          "attrs": []
        }
        """,
        Read().ToMdevctlJson());

    /// <summary>mdevctl creates with a UUID alone and resizes before it writes the rest.</summary>
    [Fact]
    public void ToMdevctlJson_OfParametersAndAttributes_WritesTheParameterFirst() => Assert.Equal(
        """
        {
          "mdev_type": "acme-1",
          "start": "manual",
          "attrs": [
            {
              "mdev/aggregated_instances": "2"
            },
            {
              "assign_adapter": "0x05"
            },
            {
              "assign_adapter": "0x06"
            }
          ]
        }
        """,
        new MdevDefinition(Parent, "acme-1", "aggregate=2", [new("assign_adapter", "0x05"), new("assign_adapter", "0x06")]).ToMdevctlJson());

    [Theory]
    [InlineData("", Uuid + "\n")]
    [InlineData("aggregate=2", Uuid + ",aggregate=2\n")]
    public void Create_OnATree_WritesUuidAndParametersThenAttributes(string parameters, string created)
    {
        folder.Write($"{Device}/fps", "");
        folder.Write($"{Device}/remote_url", "");
        var definition = new MdevDefinition(Parent, "acme-1", parameters, [new("fps", "60"), new("remote_url", "nvmf://b")]);

        Assert.Equal((At("bus/mdev/devices/" + Uuid), null), definition.Create(folder.Path, null, Uuid));
        Assert.Equal((created, "60\n", "nvmf://b\n", ""), (Text($"{Type}/create"), Text($"{Device}/fps"), Text($"{Device}/remote_url"), Text($"{Device}/remove")));
    }

    [Fact]
    public void Create_OnAnotherParent_UsesItsType()
    {
        folder.Write("class/mdev_bus/0000:00:03.0/mdev_supported_types/acme-1/create", "");

        Assert.Null(Read().Create(folder.Path, "0000:00:03.0", Uuid).Problem);
        Assert.Equal((Uuid + "\n", ""), (Text("class/mdev_bus/0000:00:03.0/mdev_supported_types/acme-1/create"), Text($"{Type}/create")));
    }

    [Fact]
    public void Create_WithoutTheType_SaysHowToNameAParent() => Assert.Equal(
        (null, $"{At("class/mdev_bus/0000:00:09.0/mdev_supported_types/acme-1")}: no such type on this parent; choose another with --parent"),
        Read().Create(folder.Path, "0000:00:09.0", Uuid));

    [Fact]
    public void Create_RefusedByTheType_SaysWhy()
    {
        File.Delete(At($"{Type}/create"));

        Assert.Equal(
            (null, $"{At($"class/mdev_bus/{Parent}/mdev_supported_types/acme-1")}/create refuses {Uuid}: No such file or directory (ENOENT)"),
            Read().Create(folder.Path, null, Uuid));
    }

    [Fact]
    public void Create_RefusedByAnAttribute_RemovesTheDeviceAgain()
    {
        folder.Write($"{Device}/fps", "");
        folder.Write($"{Device}/last", "");
        var definition = new MdevDefinition(Parent, "acme-1", "", [new("fps", "60"), new("missing", "1"), new("last", "1")]);

        Assert.Equal(
            (null, $"{At("bus/mdev/devices/" + Uuid)}/missing refuses '1': No such file or directory (ENOENT); the device was removed again"),
            definition.Create(folder.Path, null, Uuid));
        Assert.Equal(("60\n", "", "1\n"), (Text($"{Device}/fps"), Text($"{Device}/last"), Text($"{Device}/remove")));
    }

    /// <summary>Another process removed it at once.</summary>
    [Fact]
    public void Create_OfADeviceThatDisappears_ReportsIt()
    {
        const string Gone = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1002";
        (string? device, string? problem) = new MdevDefinition(Parent, "acme-1", "", [new("fps", "60")]).Create(folder.Path, null, Gone);

        Assert.Null(device);
        Assert.StartsWith($"{At("bus/mdev/devices/" + Gone)}: ", problem, StringComparison.Ordinal);
    }

    private MdevDefinition Read(string path = "bus/mdev/devices/" + Uuid)
    {
        MdevDefinition? definition = MdevDefinition.Read(At(path));
        Assert.NotNull(definition);
        return definition;
    }

    private string At(string path) => Path.Combine(folder.Path, path);

    private string Text(string path) => File.ReadAllText(At(path));

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        Directory.CreateSymbolicLink(At(path), target);
    }
}
