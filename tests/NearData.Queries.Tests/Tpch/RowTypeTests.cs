using System.Reflection;
using NearData.Client;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Rows;

namespace NearData.Queries.Tests.Tpch;

public sealed class RowTypeTests
{
    [Fact]
    public void LineItem_names_every_column_of_the_table_in_its_order()
    {
        IEnumerable<string> columns = new TpchData(new TpchScale(0.01)).Batches(TpchTable.LineItem, 1).First()
            .Columns.Select(column => column.Definition.Name);

        Assert.Equal(
            columns, typeof(LineItem).GetProperties().Select(property => property.GetCustomAttribute<ColumnAttribute>()?.Name));
    }
}
