create table genres (
  name varchar(40) primary key
);

create table books (
  title varchar(200) primary key,
  author varchar(100) not null,
  genre varchar(40) not null references genres (name)
);
