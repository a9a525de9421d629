using System.Linq.Expressions;
using NearData.Client.Tests.Rows;
using NearData.Isa;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Client.Tests;

/// <summary>What is loaded for a query, and when a loaded program is used again.</summary>
public sealed class ShapeTests : IAsyncLifetime
{
    private readonly NodeFixture _fixture = new();

    private string[] Calls => [.. _fixture.Node.Calls];

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Other_values_of_captured_variables_run_the_program_that_is_there()
    {
        foreach ((decimal discount, DateOnly from, int id) in new[]
        {
            (0.05m, new DateOnly(1994, 1, 1), 7), (0.0512345m, new DateOnly(1, 1, 1), -7), (-3m, new DateOnly(9999, 12, 31), int.MaxValue),
        })
        {
            int count = await _fixture.Dataset.CountAsync(l => l.Discount >= discount && l.ShipDate >= from && l.Id != id);
            Assert.Equal(_fixture.Rows.Count(l => l.Discount >= discount && l.ShipDate >= from && l.Id != id), count);
        }

        Assert.Equal(["DescribeDataset", "LoadProgram", "Execute", "Execute", "Execute"], Calls);
    }

    [Fact]
    public async Task The_same_query_written_elsewhere_is_the_same_program()
    {
        decimal first = 0.03m;
        decimal limit = first;
        await _fixture.Dataset.CountAsync(l => l.Discount < limit);
        await OverDiscount(0.07m);
        await using NearDataClient other = _fixture.Node.Connect();
        await other.Dataset<Item>("items").CountAsync(row => row.Discount < limit);

        Assert.Equal(["DescribeDataset", "LoadProgram", "Execute", "Execute", "DescribeDataset", "LoadProgram", "Execute"], Calls);
        byte[][] objects = [.. _fixture.Node.Objects];
        Assert.Equal(objects[0], objects[1]);

        Task<int> OverDiscount(decimal limit) => _fixture.Dataset.CountAsync(l => l.Discount < limit);
    }

    [Fact]
    public async Task A_captured_factor_shapes_the_program_by_its_sign_and_its_bits_only()
    {
        foreach (int factor in new[] { 5, 6, 7 })
        {
            Assert.Equal(_fixture.Rows.Sum(l => l.Id * factor), await _fixture.Dataset.SumAsync(l => l.Id * factor));
        }

        Assert.Equal(1, Calls.Count(call => call == "LoadProgram"));
        int negative = -5;
        Assert.Equal(_fixture.Rows.Sum(l => l.Id * negative), await _fixture.Dataset.SumAsync(l => l.Id * negative));
        Assert.Equal(2, Calls.Count(call => call == "LoadProgram"));
    }

    [Fact]
    public async Task Each_field_is_loaded_once_and_nothing_else_is_declared()
    {
        Program filter = (await ObjectOfAsync(l => l.Id > 3 && l.Id < 9 && (l.Price > 5 || l.Price < 2) && l.Price != 4)).Filter!;

        Assert.Equal(["Id", "l_price"], filter.Row.Fields.Select(field => field.Name));
        Assert.Equal(2, filter.Code.Count(instruction => instruction.Opcode.Class == InstructionClass.LoadX));
    }

    [Fact]
    public async Task Constants_are_compared_as_immediates_and_short_circuits_jump_out()
    {
        Program filter = (await ObjectOfAsync(l => l.Id >= 3 && l.Discount <= 0.07m)).Filter!;

        Assert.Equal(
            [
                "r2 = *(s32 *)(r1 + 0x0)",
                "if r2 s< 0x3 goto +0x4",
                "r3 = *(u64 *)(r1 + 0x8)",
                "if r3 s> 0x7 goto +0x2",
                "r0 = 0x1",
                "exit",
                "r0 = 0x0",
                "exit",
            ],
            Disassembler.Lines(filter).Select(line => line.Text));
    }

    [Fact]
    public async Task Parameters_are_named_after_the_variables_and_never_like_results()
    {
        int lower = 1;
        int rows = 2;
        BpfObject loaded = await ObjectOfAsync(l => l.Id > lower && l.Small < rows && l.Tiny != lower);

        Assert.Equal(["lower", "rows_2", "lower_2"], loaded.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public async Task A_computation_deeper_than_the_registers_goes_through_the_stack()
    {
        // A full tree of 1024 leaves needs 11 registers; 9 are there.
        ParameterExpression row = Expression.Parameter(typeof(Item), "l");
        string[] columns = [nameof(Item.Id), nameof(Item.Small), nameof(Item.Tiny)];
        int leaf = 0;
        Expression<Func<Item, decimal>> deep = Expression.Lambda<Func<Item, decimal>>(Expression.Convert(Tree(10), typeof(decimal)), row);

        Assert.Equal(_fixture.Rows.Sum(deep.Compile()), await _fixture.Dataset.SumAsync(deep));
        BpfObject loaded = BpfObject.Read(_fixture.Node.Objects.Last());
        Assert.Contains(loaded.Reduce!.Code, instruction => instruction.Opcode.IsMemory && instruction.Destination == Register.R10);

        Expression Tree(int depth)
        {
            if (depth > 0)
            {
                return Expression.Subtract(Tree(depth - 1), Tree(depth - 1));
            }

            Expression column = Expression.Convert(Expression.Property(row, columns[leaf % columns.Length]), typeof(long));
            return Expression.Add(column, Expression.Constant((long)leaf++));
        }
    }

    private async Task<BpfObject> ObjectOfAsync(Expression<Func<Item, bool>> predicate)
    {
        await _fixture.Dataset.CountAsync(predicate);
        return BpfObject.Read(_fixture.Node.Objects.Last());
    }
}
