using System.Text.Json;

namespace NearData.Cli.Tests;

/// <summary><c>neardata vm run</c>: the machine on bytes that a user types.</summary>
public sealed class VmRunTests
{
    private const string Exit = "9500000000000000";

    // r0 = *(u32 *)(r1 + 0); r0 += r2; *(u8 *)(r1 + 4) = 0x7f
    private const string LoadAddStore = "6110000000000000" + "0f20000000000000" + "720104007f000000" + Exit;

    // r0 = *(u64 *)(r10 + 0)
    private const string BehindTheStack = "79a0000000000000" + Exit;

    [Theory]
    [InlineData("interpreter")]
    [InlineData("compiled")]
    public async Task A_memory_program_gets_its_memory_and_length_and_prints_r0(string engine)
    {
        CommandResult run = await NearDataCommand.RunAsync("vm", "run", "--engine", engine, "--memory", "01 02 03 84 00", "--hex", LoadAddStore);
        CommandResult json = await NearDataCommand.RunAsync("vm", "run", "--engine", engine, "--memory", "0102038400", "--hex", LoadAddStore, "--json");

        Assert.Equal((0, "0x84030206", ""), (run.ExitCode, run.Output.Trim(), run.Error));
        Assert.Equal("0x84030206", json.Json.GetProperty("r0").GetString());
        Assert.Equal("010203847f", json.Json.GetProperty("memory").GetString());
        Assert.Empty(json.Json.GetProperty("maps").EnumerateArray());
    }

    [Fact]
    public async Task The_verifier_is_asked_unless_the_interpreter_is_told_to_check_alone()
    {
        CommandResult refused = await NearDataCommand.RunAsync("vm", "run", "--hex", BehindTheStack, "--json");
        CommandResult fault = await NearDataCommand.RunAsync("vm", "run", "--interpreter-unverified", "--hex", BehindTheStack, "--json");

        Assert.Equal((1, "", 1, ""), (refused.ExitCode, refused.Output, fault.ExitCode, fault.Output));
        Assert.Equal("out-of-bounds", JsonDocument.Parse(refused.Error).RootElement.GetProperty("error").GetString());
        Assert.Equal("execution-fault", JsonDocument.Parse(fault.Error).RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("--hex 950", "950")]
    [InlineData("--hex 95000000000000", "7 bytes")]
    [InlineData("--hex 0700010001000000" + Exit, "off is 1")]
    [InlineData("--hex " + Exit + " --memory 0g", "--memory")]
    [InlineData("--hex " + Exit + " --engine turbo", "turbo")]
    [InlineData("--hex b700000000000000" + Exit + " --engine compiled --interpreter-unverified", "--interpreter-unverified")]
    public async Task What_can_not_be_run_is_refused_with_its_reason(string arguments, string reason)
    {
        CommandResult refused = await NearDataCommand.RunAsync(["vm", "run", .. arguments.Split(' ')]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(reason, refused.Error);
        Assert.DoesNotContain("   at ", refused.Error);
    }
}
