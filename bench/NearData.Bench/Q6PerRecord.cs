using BenchmarkDotNet.Attributes;
using NearData.Vm;

namespace NearData.Bench;

/// <summary>
/// Time per record of Q6's filter and reduce over one batch in cache, with the selectivity of TPC-H's data: the interpreter,
/// compiled code a record at a time and over vectors of each width, and the loops that a C# programmer would write. Two of those: one that answers in a single pass, and one
/// that selects first and sums after, as a query engine must when the columns of the second step aren't decoded yet.
/// </summary>
public class Q6PerRecord
{
    private const int Records = Q6Batch.Count;

    private readonly QueryProgram _query = Q6Program.Create();
    private readonly int[] _selected = new int[Records];
    private readonly Q6Batch _data = new();
    private QueryRunner _interpreted = null!;
    private QueryRunner _scalar = null!;
    private QueryRunner _counted = null!;
    private QueryRunner _vector128 = null!;
    private QueryRunner _vector256 = null!;
    private QueryRunner _vector512 = null!;

    /// <summary>Parameters of the hand-written loops; fields, so that they are not constants to the compiler.</summary>
    private int _from = 8766;
    private int _until = 9131;

    [GlobalSetup]
    public void Fill()
    {
        ParameterValues parameters = Q6Program.Year1994(_query);
        _interpreted = new InterpretedRunner(_query, parameters);
        _scalar = CompiledQuery.Compile(_query, VectorTier.Scalar).CreateRunner(parameters);
        CompiledQuery counted = CompiledQuery.Compile(_query, VectorTier.Scalar);
        counted.Statistics.IsOn = true;
        _counted = counted.CreateRunner(parameters);
        _vector128 = CompiledQuery.Compile(_query, VectorTier.Vector128).CreateRunner(parameters);
        _vector256 = CompiledQuery.Compile(_query, VectorTier.Vector256).CreateRunner(parameters);
        _vector512 = CompiledQuery.Compile(_query, VectorTier.Vector512).CreateRunner(parameters);
    }

    [GlobalCleanup]
    public void Release()
    {
        _interpreted.Dispose();
        _scalar.Dispose();
        _counted.Dispose();
        _vector128.Dispose();
        _vector256.Dispose();
        _vector512.Dispose();
        _data.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Interpreted() => Run(_interpreted);

    [Benchmark(OperationsPerInvoke = Records, Baseline = true)]
    public Int128 Scalar() => Run(_scalar);

    /// <summary>As <see cref="Scalar"/>, while runs are counted and timed.</summary>
    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Counted() => Run(_counted);

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Vectors128() => Run(_vector128);

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Vectors256() => Run(_vector256);

    [Benchmark(OperationsPerInvoke = Records)]
    public Int128 Vectors512() => Run(_vector512);

    [Benchmark(OperationsPerInvoke = Records)]
    public long HandWrittenInTwoSteps()
    {
        int kept = 0;
        for (int record = 0; record < _data.ShipDate.Length; record++)
        {
            if (Keeps(record))
            {
                _selected[kept++] = record;
            }
        }

        long revenue = 0;
        foreach (int record in _selected.AsSpan(0, kept))
        {
            revenue += _data.Price[record] * _data.Discount[record];
        }

        return revenue;
    }

    [Benchmark(OperationsPerInvoke = Records)]
    public long HandWrittenInOnePass()
    {
        long revenue = 0;
        for (int record = 0; record < _data.ShipDate.Length; record++)
        {
            if (Keeps(record))
            {
                revenue += _data.Price[record] * _data.Discount[record];
            }
        }

        return revenue;
    }

    private bool Keeps(int record) =>
        _data.ShipDate[record] >= _from && _data.ShipDate[record] < _until
        && _data.Discount[record] >= 5 && _data.Discount[record] <= 7
        && _data.Quantity[record] < 2400;

    private Int128 Run(QueryRunner runner)
    {
        runner.Filter(_data.Records);
        runner.Reduce(_data.Records);
        return runner.Totals[0];
    }
}
