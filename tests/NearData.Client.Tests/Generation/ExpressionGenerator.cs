using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests.Generation;

/// <summary>Random well-typed expressions over a row, of everything that queries support; the same seed gives the same ones.</summary>
/// <typeparam name="TRow">The row.</typeparam>
internal sealed class ExpressionGenerator<TRow>
{
    private static readonly Type[] Numbers =
        [typeof(int), typeof(long), typeof(decimal), typeof(int?), typeof(long?), typeof(decimal?), typeof(uint), typeof(ulong)];

    private static readonly Type[] Ordered = [.. Numbers, typeof(DateOnly), typeof(DateOnly?), typeof(DateTime)];

    private static readonly ExpressionType[] Orderings =
    [
        ExpressionType.Equal, ExpressionType.NotEqual, ExpressionType.LessThan, ExpressionType.LessThanOrEqual,
        ExpressionType.GreaterThan, ExpressionType.GreaterThanOrEqual,
    ];

    private readonly Random _random;
    private readonly ParameterExpression _row = Expression.Parameter(typeof(TRow), "row");
    private readonly IReadOnlyList<Expression> _items;

    /// <param name="seed">What the random numbers start with.</param>
    /// <param name="items">The row's properties that are items; none where it is one.</param>
    public ExpressionGenerator(int seed, params IReadOnlyList<string> items)
    {
        _random = new Random(seed);
        _items = items.Count == 0 ? [_row] : [.. items.Select(name => Expression.Property(_row, name))];
    }

    public Expression<Func<TRow, bool>> Predicate() => Expression.Lambda<Func<TRow, bool>>(Truth(depth: 3), _row);

    public Expression<Func<TRow, T>> Selector<T>() => Expression.Lambda<Func<TRow, T>>(Value(typeof(T), depth: 2), _row);

    private Expression Truth(int depth)
    {
        if (depth > 0 && _random.Next(3) > 0)
        {
            return _random.Next(5) switch
            {
                0 => Expression.Not(Truth(depth - 1)),
                1 => Expression.Condition(Truth(depth - 1), Truth(depth - 1), Truth(depth - 1)),
                2 => Expression.OrElse(Truth(depth - 1), Truth(depth - 1)),
                _ => Expression.AndAlso(Truth(depth - 1), Truth(depth - 1)),
            };
        }

        switch (_random.Next(8))
        {
            case 0:
                return Property(nameof(Item.Flag));
            case 1:
                return Expression.Equal(Property(nameof(Item.MaybeFlag)), Expression.Constant(Pick<bool?>([true, false, null]), typeof(bool?)));
            case 2:
                Expression nullable = Value(Pick([typeof(int?), typeof(decimal?), typeof(long?)]), depth - 1);
                return Expression.Property(nullable, nameof(Nullable<int>.HasValue));
            default:
                Type type = Pick(Ordered);
                return Expression.MakeBinary(Pick(Orderings), Value(type, depth - 1), Value(type, depth - 1));
        }
    }

    private Expression Value(Type type, int depth)
    {
        bool isNumber = Numbers.Contains(type);
        if (depth <= 0 || !isNumber || _random.Next(4) == 0)
        {
            return Leaf(type);
        }

        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        switch (_random.Next(7))
        {
            case 0:
                return Expression.Condition(Truth(depth - 1), Value(type, depth - 1), Value(type, depth - 1));
            case 1 when bare == type && bare != typeof(uint) && bare != typeof(ulong):
                return Expression.Negate(Value(type, depth - 1));
            case 2 when bare == type:
                Type wrapped = typeof(Nullable<>).MakeGenericType(type);
                return Numbers.Contains(wrapped) ? Expression.Coalesce(Value(wrapped, depth - 1), Value(type, depth - 1)) : Leaf(type);
            case 3 when bare == typeof(int) || bare == typeof(long):
                ExpressionType division = _random.Next(2) == 0 ? ExpressionType.Divide : ExpressionType.Modulo;
                Expression divisor = Expression.Constant(Convert.ChangeType(Pick([-7, -1, 2, 3, 1000]), bare), type);
                return Expression.MakeBinary(division, Value(type, depth - 1), divisor);
            default:
                ExpressionType operation = Pick([ExpressionType.Add, ExpressionType.Subtract, ExpressionType.Multiply]);
                return Expression.MakeBinary(operation, Value(type, depth - 1), Value(type, depth - 1));
        }
    }

    private Expression Leaf(Type type)
    {
        switch (_random.Next(4))
        {
            case 0:
                return Expression.Constant(Sample(type), type);
            case 1:
                return Captured(type);
            default:
                PropertyInfo[] columns = [.. typeof(Item).GetProperties().Where(property =>
                    CanBe(property.PropertyType, type) && property.Name is not (nameof(Item.Absent) or nameof(Item.Ratio)))];
                if (columns.Length == 0)
                {
                    return Captured(type);
                }

                Expression column = Expression.Property(Pick(_items), Pick(columns));
                return column.Type == type ? column : Expression.Convert(column, type);
        }
    }

    private MemberExpression Captured(Type type)
    {
        object box = Activator.CreateInstance(typeof(Box<>).MakeGenericType(type), Sample(type))!;
        return Expression.Field(Expression.Constant(box), nameof(Box<int>.Captured));
    }

    private object? Sample(Type type)
    {
        Type bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare != type && _random.Next(6) == 0)
        {
            return null;
        }

        return bare switch
        {
            _ when bare == typeof(int) => _random.Next(-30, 30),
            _ when bare == typeof(long) => Pick([0L, 1, -1, long.MaxValue, long.MinValue, _random.Next(-2_000_000, 2_000_000)]),
            _ when bare == typeof(uint) => (uint)_random.Next(0, 1000),
            _ when bare == typeof(ulong) => Pick([0UL, ulong.MaxValue, (ulong)_random.Next(0, 2_000_000)]),
            _ when bare == typeof(decimal) => Pick([0.05m, 1m, 24.005m, -0.0000001m, 50_000.5m, 1e15m, 0m, _random.Next(-10000, 10000) / 1000m]),
            _ when bare == typeof(DateOnly) => new DateOnly(1992, 1, 2).AddDays(_random.Next(-10, 2600)),
            _ => new DateTime(1992, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(_random.NextInt64(-10, 1_100_000)),
        };
    }

    // C#'s implicit numeric conversions, and to the nullable form.
    private static bool CanBe(Type from, Type to)
    {
        Type bare = Nullable.GetUnderlyingType(to) ?? to;
        if (from == to || from == bare)
        {
            return true;
        }

        Type source = Nullable.GetUnderlyingType(from) ?? from;
        bool keepsNull = source == from || bare != to;
        Type[] narrower = bare switch
        {
            _ when bare == typeof(int) => [typeof(short), typeof(byte)],
            _ when bare == typeof(long) => [typeof(int), typeof(uint), typeof(short), typeof(byte)],
            _ when bare == typeof(decimal) => [typeof(int), typeof(long), typeof(uint), typeof(short), typeof(byte)],
            _ when bare == typeof(ulong) => [typeof(uint), typeof(byte)],
            _ when bare == typeof(uint) => [typeof(byte)],
            _ => [],
        };
        return keepsNull && (narrower.Contains(source) || (source == bare && from != to));
    }

    private MemberExpression Property(string name) => Expression.Property(Pick(_items), name);

    private T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];
}

/// <summary>What the compiler makes of a captured variable.</summary>
file sealed class Box<T>(T value)
{
#pragma warning disable CA1051, MA0069 // closures have fields
    public readonly T Captured = value;
#pragma warning restore CA1051, MA0069
}
