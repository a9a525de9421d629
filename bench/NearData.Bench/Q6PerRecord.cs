using BenchmarkDotNet.Attributes;
using NearData.Vm;

namespace NearData.Bench;

/// <summary>
/// Time per record of Q6's filter and reduce over one batch in cache, with the selectivity of TPC-H's data: the interpreter, the
/// compiled code, and the loops that a C# programmer would write. Two of those: one that answers in a single pass, and one
/// that selects first and sums after, as a query engine must when the columns of the second step aren't decoded yet.
/// </summary>
public class Q6PerRecord
{
    private const int Records = 16_384;

    private readonly QueryProgram _query = Q6Program.Create();
    private readonly int[] _selected = new int[Records];
    private readonly long[] _quantity = new long[Records];
    private readonly long[] _price = new long[Records];
    private readonly long[] _discount = new long[Records];
    private readonly int[] _shipDate = new int[Records];
    private RecordBatch _batch = null!;
    private QueryRunner _interpreted = null!;
    private QueryRunner _compiled = null!;

    /// <summary>Parameters of the hand-written loops; fields, so that they are not constants to the compiler.</summary>
    private int _from = 8766;
    private int _until = 9131;

    [GlobalSetup]
    public void Fill()
    {
        Random random = new(6);
        for (int record = 0; record < Records; record++)
        {
            _quantity[record] = random.Next(1, 51) * 100;
            _price[record] = random.Next(90_000, 10_500_000);
            _discount[record] = random.Next(0, 11);
            _shipDate[record] = random.Next(8036, 10_562);
        }

        _batch = new RecordBatch(_query.Row, [0, 1, 2, 3], Records) { Count = Records };
        _quantity.CopyTo(_batch.Values<long>(Q6Program.Quantity));
        _price.CopyTo(_batch.Values<long>(Q6Program.Price));
        _discount.CopyTo(_batch.Values<long>(Q6Program.Discount));
        _shipDate.CopyTo(_batch.Values<int>(Q6Program.ShipDate));
        ParameterValues parameters = Q6Program.Year1994(_query);
        _interpreted = new InterpretedRunner(_query, parameters);
        _compiled = CompiledQuery.Compile(_query).CreateRunner(parameters);
    }

    [GlobalCleanup]
    public void Release()
    {
        _interpreted.Dispose();
        _compiled.Dispose();
        _batch.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Interpreted() => Run(_interpreted);

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Compiled() => Run(_compiled);

    [Benchmark(OperationsPerInvoke = Records, Baseline = true)]
    public long HandWrittenInTwoSteps()
    {
        int kept = 0;
        for (int record = 0; record < _shipDate.Length; record++)
        {
            if (Keeps(record))
            {
                _selected[kept++] = record;
            }
        }

        long revenue = 0;
        foreach (int record in _selected.AsSpan(0, kept))
        {
            revenue += _price[record] * _discount[record];
        }

        return revenue;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long HandWrittenInOnePass()
    {
        long revenue = 0;
        for (int record = 0; record < _shipDate.Length; record++)
        {
            if (Keeps(record))
            {
                revenue += _price[record] * _discount[record];
            }
        }

        return revenue;
    }

    private bool Keeps(int record) =>
        _shipDate[record] >= _from && _shipDate[record] < _until
        && _discount[record] >= 5 && _discount[record] <= 7
        && _quantity[record] < 2400;

    private Int128 Run(QueryRunner runner)
    {
        runner.Filter(_batch);
        runner.Reduce(_batch);
        return runner.Totals[0];
    }
}
